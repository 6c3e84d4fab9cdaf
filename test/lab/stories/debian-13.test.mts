import { auditStories } from './audits.mts'
import { badInputStories } from './bad-input.mts'
import { bareStories } from './bare.mts'
import { docsStories } from './docs.mts'
import { evidenceStories } from './evidence.mts'
import { bare } from './ground.mts'
import { interruptionStories } from './interruptions.mts'
import { lockOutStories } from './lock-out.mts'
import { strangerStories } from './stranger.mts'

const ground = await bare(22, 'debian-13')

bareStories('debian-13', ground)
strangerStories('debian-13', ground)
auditStories('debian-13', ground)
lockOutStories('debian-13', ground)
badInputStories('debian-13', ground)
interruptionStories('debian-13', ground)
evidenceStories('debian-13', ground)
docsStories('debian-13', ground, ['00-prepare', '01-baseline'])
