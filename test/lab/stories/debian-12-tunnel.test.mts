import { canaryStories } from './canary.mts'
import { docsStories } from './docs.mts'
import { bare, tunnelled } from './ground.mts'
import { wireguardStories } from './wireguard.mts'

const ground = await bare(25, 'debian-12')
await tunnelled(ground)

wireguardStories('debian-12', ground)
canaryStories('debian-12', ground)
docsStories('debian-12', ground, ['02-wireguard'])
