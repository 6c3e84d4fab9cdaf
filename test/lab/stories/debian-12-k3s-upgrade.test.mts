import { awaiting, bare } from './ground.mts'
import { k3sUpgradeStories } from './k3s-upgrade.mts'

const ground = await bare(29, 'debian-12')
await awaiting(ground)

k3sUpgradeStories('debian-12', ground)
