import { gitStories } from './git.mts'
import { bare } from './ground.mts'

gitStories('debian-12', await bare(32, 'debian-12'))
