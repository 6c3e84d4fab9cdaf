import { spawnSync } from 'node:child_process'
import { human } from '../../lib/engine/deadline.mts'
import { asFailure, badInput, exitCode, explain } from '../../lib/engine/failure.mts'
import { progress as argocdProgress } from './argocd/artifacts.mts'
import { prepare as prepareArgocd } from './argocd/release.mts'
import { containers, usableEngine, type Containers } from './containers.mts'
import { takeAllDown } from './down.mts'
import { deliver } from './gitops.mts'
import { progress as k3sProgress } from './k3s/artifacts.mts'
import { prepare as prepareK3s } from './k3s/release.mts'
import { attach, boot, type Lab } from './lab.mts'
import { readyMachine } from './machine.mts'
import { chosenOs, HELP, options, type Command, type Options } from './options.mts'
import { runAll, runbooks, verdict } from './runbooks.mts'
import { status } from './status.mts'
import { say, step } from './terminal.mts'

const NUMBER = 0

const commands: Record<Command, (options: Options) => Promise<number>> = {
  all: async chosen => {
    // Building takes longest, and 03 is the first to need it.
    await readyMachine()
    const parts = await prepare(chosen.standIn)
    return proved(await up(chosen), parts)
  },
  up: async chosen => {
    await up(chosen)
    next()
    return 0
  },
  run: async ({ standIn }) => proved(await attach(NUMBER), await prepare(standIn)),
  reset: async () => {
    const lab = await attach(NUMBER)
    await step('resetting to the bare VPS', () => lab.reset())
    return 0
  },
  shell: async () => {
    const { site } = await attach(NUMBER)
    const { engine, env } = await found()
    return spawnSync(engine, ['exec', '--interactive', ...(process.stdin.isTTY ? ['--tty'] : []), site.host.container, 'bash', '-l'], { stdio: 'inherit', env }).status ?? 1
  },
  status: async () => {
    for (const line of await status(await found())) say(line)
    return 0
  },
  down: async ({ cache }) => {
    const engine = await found()
    await step('removing the lab', () => takeAllDown(engine, cache))
    return 0
  },
}

async function up({ os, firstContact }: Options): Promise<Lab> {
  const chosen = await chosenOs(os)
  const lab = await boot({ number: NUMBER, os: chosen, firstContact, keep: true })
  say(`${lab.name} is up: ${chosen}, ${lab.ipv4}, ${lab.ipv6}, first contact as ${lab.user}`)
  return lab
}

/** What is built where it cannot be had: begun at once, and waited for when its turn has come. */
async function prepare(standIn: boolean) {
  return { k3s: await prepareK3s(standIn), argocd: await prepareArgocd(standIn) }
}

async function proved(lab: Lab, { k3s, argocd }: Awaited<ReturnType<typeof prepare>>): Promise<number> {
  const start = performance.now()
  const waiting = (name: string, progress: () => string) => () => [name, progress()].filter(Boolean).join(': ')
  const before = async (stem: string) => {
    if (stem === '03-k3s') await step(waiting('K3s', k3sProgress), () => k3s.ready(lab.platformDir))
    if (stem === '04-argocd') {
      await step(waiting('Argo CD', argocdProgress), () => argocd.ready(lab))
      await step('the repository on the Git server', () => deliver(lab))
    }
  }
  const { lines, code } = verdict(await runAll(lab.platformDir, lab.ipv4, before), (await runbooks()).length)
  say()
  for (const line of lines) say(line)
  say(`${human(performance.now() - start)} since the VPS was up`)
  next()
  return code
}

function next(): void {
  say('\nnpm run lab -- run                             the second run of everything: 0 changed')
  say('npm run lab -- shell                           break something, then run again')
  say('npm run lab -- down                            leave nothing behind')
}

async function found(): Promise<Containers> {
  const engine = await usableEngine()
  if (engine === undefined) throw badInput('no container engine can be used from here', { next: 'start Docker, or run this as root' })
  const found = containers(engine)
  if ((await found.attempt(['--version'])).code !== 0) throw badInput(`${engine} is not installed, so there is no lab here`, { next: 'npm run lab' })
  return found
}

try {
  const chosen = options(process.argv.slice(2))
  if (chosen.help) say(HELP)
  else process.exitCode = await commands[chosen.command](chosen)
} catch (thrown) {
  const failure = asFailure(thrown)
  for (const line of explain('lab', failure)) console.error(line)
  process.exitCode = exitCode(failure)
}
