import { canaryStories } from './canary.mts'
import { docsStories } from './docs.mts'
import { bare, tunnelled } from './ground.mts'
import { wireguardStories } from './wireguard.mts'

const ground = await bare(26, 'debian-13')
await tunnelled(ground)

wireguardStories('debian-13', ground)
canaryStories('debian-13', ground)
docsStories('debian-13', ground, ['02-wireguard'])
