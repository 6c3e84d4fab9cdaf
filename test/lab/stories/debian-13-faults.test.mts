import { faultStories } from './faults.mts'
import { bare, tunnelled } from './ground.mts'

const ground = await bare(23, 'debian-13')
await tunnelled(ground)

faultStories('debian-13', ground, 'SBW', { others: false })
