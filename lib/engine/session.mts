import { join } from 'node:path'
import { exampleConfig, loadConfig, platformFolder, type Config } from './config.mts'
import { claimLine, GENESIS, lastProof, openEvidence, place, type Evidence } from './evidence.mts'
import { asFailure, badInput, exitCode, explain, Failure } from './failure.mts'
import { SIGNALS } from './interruption.mts'
import { claims, type Listed, type Phase } from './phase.mts'
import { claimLines, counts, passes, tallyLine } from './printer.mts'
import { run } from './run.mts'
import { sign } from './signature.mts'
import { terminal } from './terminal.mts'
import { local, operator } from '../host/local.mts'
import { machine, STATE_FOLDER } from '../host/machine.mts'
import { connect } from '../host/ssh.mts'
import { versionsFor } from '../host/versions.mts'
import type { Request } from './options.mts'
import type { Outcome } from './claim.mts'
import type { Host } from '../host/host.mts'
import type { Shell } from '../host/shell.mts'

/** One run of one phase, from the configuration to the signed evidence; gives back the exit code. */
export async function session(phase: Phase, request: Request, args: readonly string[]): Promise<number> {
  const clock = performance.now()
  const folder = platformFolder()
  const config = phase.on === 'operator' ? draft(folder) : loadConfig(folder)
  const list = await claims(phase, config)
  checkSelection(list, request)
  if (request.drills) await confirm(list, config, request)

  const errand = { config, folder, stem: phase.stem, mode: request.mode }
  const shell = phase.on === 'operator' ? operator() : config.HOST === 'local' ? await local(errand) : await connect(errand)
  const told: string[] = []
  const abort = new AbortController()
  onInterrupt(shell, abort)
  try {
    const host = machine(shell, request.mode, phase.stem, config)
    const chain = join(folder, 'evidence', place())
    const evidence = request.mode === 'plan' ? undefined : openEvidence(chain, phase.stem, new Date())
    const head = evidence && phase.on === 'server' ? await hostHead(host) : GENESIS
    evidence?.add({ record: 'run', stem: phase.stem, mode: request.mode, args: [...args], host: host.name, boot: await host.boot(), start: new Date().toISOString(), head })

    const report = async (outcome: Outcome) => {
      const line = claimLine(outcome, host.name, await host.boot(), phase.on === 'server' ? versionsFor(folder) : {})
      evidence?.add(line)
      told.push(...outcome.why ?? [])
      terminal.say(request.json ? [JSON.stringify(line)] : claimLines(outcome, terminal.width()))
    }
    const waiting = (id: string, text: string) => terminal.waiting(`${id.padEnd(4)} waiting    ${text}`)
    const proved = (id: string) => lastProof(chain, id)?.start ?? 'never'
    const outcomes = await run(phase, { host, folder, config: { ...config, road: shell.road ?? 'outside' }, selection: request, signal: abort.signal, ask: terminal.ask, report, waiting, lastProof: proved })

    const ms = Math.round(performance.now() - clock)
    const exit = passes(outcomes) ? 0 : 1
    evidence?.add({ record: 'end', exit, counts: counts(outcomes), ms })
    if (!request.json) terminal.say([tallyLine(phase.stem, outcomes, ms)])
    if (evidence) await seal(evidence, phase.on === 'operator' ? draft(folder) : config)
    if (evidence && phase.on === 'server' && request.mode === 'apply') await host.put(`${STATE_FOLDER}/heads/${place()}`, `${evidence.head()}\n`)
    return exit
  } catch (thrown) {
    const failure = asFailure(thrown)
    const stopped = failure.kind === 'interrupted' ? 'run it again to go on' : told.includes(failure.message) && 'nothing after that was read'
    terminal.complain(stopped ? [`${phase.stem}: stopped; ${stopped}`] : explain(phase.stem, failure))
    return exitCode(failure)
  } finally {
    await shell.close()
  }
}

/** 00-prepare runs before there is a configuration: it works on what there is of one. */
function draft(folder: string): Config {
  try {
    return loadConfig(folder)
  } catch {
    return exampleConfig()
  }
}

function checkSelection(list: readonly Listed[], { only = [], from }: Request): void {
  const unknown = [...only, ...(from ? [from] : [])].filter(id => !list.some(listed => listed.id === id))
  if (unknown.length > 0) throw badInput(`no such claim: ${unknown.join(', ')}`, { expected: list.map(({ id }) => id).join(' ') })
}

async function confirm(list: readonly Listed[], config: Config, { yesDisturb }: Request): Promise<void> {
  const drills = list.filter(({ kind }) => kind === 'drill').map(({ id, claim, drill }) => `  ${id.padEnd(4)} disturbs the ${drill?.effect}: ${claim}`)
  if (drills.length === 0) return
  if (yesDisturb === undefined) terminal.say([`These drills disturb ${config.HOST}:`, ...drills])
  const answer = yesDisturb ?? await terminal.ask(`Type ${config.HOST} to go on:`)
  if (answer !== config.HOST) {
    throw badInput(`${config.HOST} was not named as the host to disturb`, { found: answer ?? 'no terminal to ask on', next: `--drill --yes-disturb ${config.HOST}` })
  }
}

/** The newest hash of this place's chain that the host has seen. */
async function hostHead(host: Host): Promise<string> {
  return await host.read('cat "$1/heads/$2" 2>/dev/null || true', [STATE_FOLDER, place()]) || GENESIS
}

async function seal(evidence: Evidence, config: Config): Promise<void> {
  evidence.close()
  await sign(evidence.file, config.SSH_KEY)
}

/** Ctrl-C ends what is running and lets the run put back what it disturbed; a second one, up to the very end, ends at once. */
function onInterrupt(shell: Shell, abort: AbortController): void {
  const stop = () => {
    if (abort.signal.aborted) process.exit(130)
    abort.abort(new Failure('interrupted', {}, 'interrupted'))
    terminal.complain(['stopping: what was disturbed is put back; once more to stop at once'])
    shell.interrupt()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
}
