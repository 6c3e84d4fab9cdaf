// Records what a runbook reads on a host, for its tests:
//   PLATFORM_DIR=<the platform's folder> npx tsx test/host/record.mts 01-baseline bare|converged
// The runbook is planned, so nothing is written; the two states are those of a fresh host and of one that it was run on.
import { readFileSync } from 'node:fs'
import { loadConfig, platformFolder } from '../../lib/engine/config.mts'
import { run } from '../../lib/engine/run.mts'
import { machine } from '../../lib/host/machine.mts'
import { connect } from '../../lib/host/ssh.mts'
import { doubled } from '../cluster/double.mts'
import { recording } from './recording.mts'
import { OPERATOR_KEY, standInsOf, writeTranscript } from './transcript.mts'
import type { Phase } from '../../lib/engine/phase.mts'

const [stem = '', state = ''] = process.argv.slice(2)
const { [stem.slice(3)]: phase } = await import(`../../runbooks/${stem}.mts`) as Record<string, Phase>
if (phase === undefined || !['bare', 'converged'].includes(state)) throw new Error('a runbook and a state: 01-baseline bare')

const folder = platformFolder()
const config = loadConfig(folder)
const mode = 'plan'
const shell = await connect({ config, folder, stem, mode })
try {
  const own = { [OPERATOR_KEY]: readFileSync(config.ADMIN_KEYS ?? `${config.SSH_KEY}.pub`, 'utf8').trim(), ...await standInsOf(folder) }
  const { host: recorded, answer, readings } = recording(machine(shell, mode, stem, config), own)
  const { host, close } = doubled(recorded, answer)
  const outcomes = await run(regardless(phase), {
    host, folder, config, selection: { mode, drills: false }, signal: new AbortController().signal,
    ask: async () => undefined, report: async ({ id, verdict }) => console.log(id, verdict), waiting: () => {}, lastProof: () => 'never',
  })
  await close()
  console.log(`${readings().length} readings of ${outcomes.length} claims in ${writeTranscript(stem, state, readings())}`)
} finally {
  await shell.close()
}

/** The phase with every claim read, whatever became of those it needs. */
function regardless({ body, ...rest }: Phase): Phase {
  return {
    ...rest,
    body: kit => body({
      ...kit,
      check: (id, claim, fact, want) => kit.check(id, claim, fact, want),
      ensure: (id, claim, state) => kit.ensure(id, claim, state),
      drill: (id, claim, drill) => kit.drill(id, claim, drill),
    }),
  }
}
