import { auditStories } from './audits.mts'
import { badInputStories } from './bad-input.mts'
import { bareStories } from './bare.mts'
import { docsStories } from './docs.mts'
import { evidenceStories } from './evidence.mts'
import { bare } from './ground.mts'
import { interruptionStories } from './interruptions.mts'
import { lockOutStories } from './lock-out.mts'
import { strangerStories } from './stranger.mts'

const ground = await bare(20, 'debian-12')

bareStories('debian-12', ground)
strangerStories('debian-12', ground)
auditStories('debian-12', ground)
lockOutStories('debian-12', ground)
badInputStories('debian-12', ground)
interruptionStories('debian-12', ground)
evidenceStories('debian-12', ground)
docsStories('debian-12', ground, ['00-prepare', '01-baseline'])
