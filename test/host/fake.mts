import { stage } from '../engine/stage.mts'
import { parseConfig, type Config } from '../../lib/engine/config.mts'
import { claims, type Phase } from '../../lib/engine/phase.mts'
import { run, type Selection } from '../../lib/engine/run.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { doubled, KUBECONFIG } from '../cluster/double.mts'
import { NOWHERE } from './answering.mts'
import { API, apiWords, dated, keyOf, OPERATOR_KEY, outsideScript, revealed, standInsOf, transcript, visitWords, type Reading } from './transcript.mts'
import type { Outcome } from '../../lib/engine/claim.mts'

export type Story = {
  readonly outcomes: readonly Outcome[]
  /** What was written, as `claim: path` for a file and `claim: act` for a command. */
  readonly writes: readonly string[]
}

/** The settings that the transcripts were recorded under, and these. */
export function recordedSettings(...lines: string[]): Config {
  const { config, problems } = parseConfig(['HOST=192.0.2.10\nHOST_IPV6=2001:db8::10\nADMIN_USER=debian\nMIN_CPUS=1\nMIN_MEMORY_GB=1\nMIN_DISK_GB=1\nWAIVE=B18', ...lines].join('\n'))
  if (config) return { ...config, keys: [OPERATOR_KEY] }
  throw new Error(problems.join('\n'))
}

export type Telling = Partial<Selection> & {
  /** The claim whose act does not stick. */
  readonly stuck?: string
  /** A platform with secrets, for a phase that reads them. */
  readonly folder?: string
  /** What its `.env` says beside the recorded settings. */
  readonly lines?: readonly string[]
}

/**
 * Runs a phase against recorded hosts: a check sees the world as the acts before it leave it (`after`), a state sees
 * it as it was (`before`) until its claim writes, unless its act does not stick. What the Kubernetes
 * API tells is seen by a state as by a check: it is there by the act of another claim, or not at all.
 */
export async function tell(phase: Phase, before: string, after: string, { stuck, folder, lines = [], ...selection }: Telling = {}): Promise<Story> {
  const config = recordedSettings(...lines)
  const standIns = folder ? await standInsOf(folder) : {}
  const kinds = new Map((await claims(phase, config)).map(({ id, kind }) => [id, kind]))
  const [bare, converged] = [transcript(phase.stem, before), transcript(phase.stem, after)]
  const outcomes: Outcome[] = []
  const writes: string[] = []
  const acted = new Set<string>()
  const order = [...kinds.keys()].filter(id => !selection.only || selection.only.includes(id))
  const now = () => order[outcomes.length] ?? ''
  const acts = (what: string) => {
    acted.add(now())
    writes.push(`${now()}: ${what}`)
  }

  function reading(script: string, args: readonly string[]): Reading {
    const key = keyOf(script, args)
    const ofCluster = script === API || converged.get(key)?.printed === KUBECONFIG
    const later = kinds.get(now()) === 'check' || ofCluster ? selection.mode !== 'plan' : acted.has(now()) && now() !== stuck
    const found = (later ? converged : bare).get(key) ?? converged.get(key)
    if (found === undefined) throw new Error(`${now()} reads what was not recorded; record it anew with test/host/record.mts: ${script} ${args.join(' ')}`)
    if (found.failed) throw new Failure(found.failed.message, {}, found.failed.kind)
    return found
  }
  const read = async (script: string, args: readonly string[]) => revealed(dated(reading(script, args).printed ?? '', Date.now()), standIns)

  const { host: base } = stage()
  const { host, close } = doubled({
    ...base,
    read: (script, args = []) => read(script, args),
    async write(script) {
      acts(script.trim().split('\n')[0] ?? '')
      return ''
    },
    put: async path => acts(path),
    upload: async (_file, path) => acts(path),
    guard: async (_revert, act) => act(),
    outside: {
      ...NOWHERE,
      login: async () => void await read(outsideScript('login'), []),
      offers: async user => JSON.parse(await read(outsideScript('offers'), [user])),
      answers: async (_address, family) => JSON.parse(await read(outsideScript('answers'), [String(family)])),
      session: async (address, port) => JSON.parse(await read(outsideScript('session'), [address, String(port)])),
      visit: async (visitor, ports) => JSON.parse(await read(outsideScript('visit'), visitWords(visitor, ports))),
    },
  }, async request => reading(API, apiWords(request)).replied ?? 'silence')
  await run(phase, {
    host, folder: folder ?? '/nowhere', config, signal: new AbortController().signal, selection: { mode: 'apply', drills: false, ...selection },
    ask: async () => undefined, report: async outcome => void outcomes.push(outcome), waiting: () => {}, lastProof: () => 'never',
  }).finally(close)
  return { outcomes, writes }
}

/** The claims that ended with one of these verdicts. */
export function having({ outcomes }: Story, ...verdicts: string[]): string[] {
  return outcomes.filter(({ verdict, waived }) => !waived && verdicts.includes(verdict)).map(({ id }) => id)
}
