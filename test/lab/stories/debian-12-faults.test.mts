import { faultStories } from './faults.mts'
import { bare, tunnelled } from './ground.mts'

const ground = await bare(21, 'debian-12')
await tunnelled(ground)

faultStories('debian-12', ground, 'SBW', { others: true })
