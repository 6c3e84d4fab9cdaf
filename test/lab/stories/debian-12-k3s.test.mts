import { docsStories } from './docs.mts'
import { bare, clustered } from './ground.mts'
import { k3sInstallStories, k3sTroubleStories } from './k3s-faults.mts'
import { k3sMirrorStories } from './k3s-mirror.mts'
import { k3sStories } from './k3s.mts'

const ground = await bare(27, 'debian-12')
await clustered(ground)

k3sStories('debian-12', ground)
k3sTroubleStories('debian-12', ground)
docsStories('debian-12', ground, ['03-k3s', 'maintenance'], '03-k3s')
k3sInstallStories('debian-12', ground)
k3sMirrorStories('debian-12', ground)
