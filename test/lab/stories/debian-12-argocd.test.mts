import { argocdStories } from './argocd.mts'
import { argocdTroubleStories } from './argocd-trouble.mts'
import { docsStories } from './docs.mts'
import { gitopsStories } from './gitops.mts'
import { bare, delivered } from './ground.mts'
import { helloStories } from './hello.mts'

const ground = await bare(30, 'debian-12')
await delivered(ground)

argocdStories('debian-12', ground)
helloStories('debian-12', ground)
argocdTroubleStories('debian-12', ground)
docsStories('debian-12', ground, ['04-argocd'], '04-argocd')
// Without Argo CD: the API server alone, which knows the kinds.
gitopsStories('debian-12', { ...ground, converged: () => ground.reset('clustered') })
