// `npm test`: the unit tests, the conventions, and every story on its throwaway server.
import { SIGNALS } from '../lib/engine/interruption.mts'
import { runFile, runFiles, type Told } from './child.mts'
import { programFiles, storyFiles, unitFiles } from './groups.mts'
import { prepare as prepareArgocd } from './lab/argocd/release.mts'
import { usableEngine, type Containers } from './lab/containers.mts'
import { image } from './lab/image.mts'
import { prepare as prepareK3s } from './lab/k3s/release.mts'
import { removeAbandoned } from './lab/leftovers.mts'
import { readyMachine } from './lab/machine.mts'
import { GIT, HOSTS, STRANGER } from './lab/recipe.mts'
import { summary, sums, type Group } from './summary.mts'

const STORY = process.env.STORY_DEADLINE ?? '75m'

// Stories mostly wait: for a boot, a timer, a port that stays silent.
const SIDE_BY_SIDE = 3

const machine = await usableEngine() === undefined ? undefined : await readyMachine()
const built = machine && images(machine)
// Cold, this takes longer than anything else; the stories that need it wait for it themselves, and say why it failed.
if (machine) for (const prepare of [prepareK3s, prepareArgocd]) prepare(true).catch(() => undefined)
const groups: Group[] = [
  await group('unit', () => runFiles(unitFiles(), '3m')),
  await group('programs', () => runFiles(programFiles(), '5m')),
  await group('conventions', async () => [await runFile('test/conventions.test.mts', '3m')]),
  built ? await group('lab', () => stories(built)) : unable(),
]
for (const line of summary(groups)) console.log(line)
process.exitCode = sums(groups).failed > 0 ? 1 : 0

async function group(name: string, work: () => Promise<readonly Told[]>): Promise<Group> {
  console.log(`\n== ${name}`)
  const start = performance.now()
  return { name, told: await work(), ms: performance.now() - start }
}

/** What a killed run left is removed, and what every story boots from is built, once and while the unit tests run. */
async function images(machine: Containers): Promise<void> {
  await removeAbandoned(machine)
  for (const recipe of [HOSTS['debian-12'], STRANGER, GIT, HOSTS['debian-13']]) await image(machine, recipe)
}

async function stories(built: Promise<void>): Promise<Told[]> {
  await built
  const waiting = storyFiles()
  const told: Told[] = []
  // Each process hears of it by itself; no other is begun.
  for (const signal of SIGNALS) process.once(signal, () => void waiting.splice(0))
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) told.push(await runFile(file, STORY))
  }))
  return told
}

function unable(): Group {
  const why = 'no server can be made here: start Docker, or run this as root on Debian or Ubuntu'
  console.log(`\n== lab\n${why}`)
  return { name: 'lab', told: [], ms: 0, left: { files: storyFiles().length, why } }
}
