import { faultStories } from './faults.mts'
import { bare, clustered } from './ground.mts'

const ground = await bare(28, 'debian-12')
await clustered(ground)

faultStories('debian-12', ground, 'K', { others: true })
