import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { exampleConfig, KEYS } from '../lib/engine/config.mts'
import { claims, type Phase } from '../lib/engine/phase.mts'
import { ROOT, testFiles } from './groups.mts'
import { code, files, sections, text } from './sources.mts'

const test = suite('conventions')

const SOURCES = files(['lib', 'runbooks'], '.mts')
const TYPESCRIPT = [...SOURCES, ...files(['test'], '.mts')]
const STEMS = files(['runbooks'], '.mts').map(file => basename(file, '.mts')).filter(name => /^\d\d-|^backup$/.test(name))
const LETTERS: Readonly<Record<string, string>> = {
  '00-prepare': 'S', '01-baseline': 'B', '02-wireguard': 'W', '03-k3s': 'K', '04-argocd': 'A', '05-monitoring': 'M', '06-postgres': 'P', backup: 'U', '07-restore-drill': 'D',
}
const HEADINGS = ['Before', 'Run', 'Evidence', 'When it fails', 'Undo', 'Not covered']
// Nothing but types: there is nothing in them that a test could run.
const TYPES_ONLY = ['lib/engine/claim.mts', 'lib/host/host.mts']

/** The files that break a rule, each with what breaks it. */
function breaking(sources: readonly string[], rule: (file: string) => readonly string[]): string[] {
  return sources.flatMap(file => rule(file).map(what => `${file}: ${what}`))
}

function found(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map(([what]) => what.trim())
}

async function claimsOf(stem: string): Promise<string[]> {
  const phases = Object.values(await import(`../runbooks/${stem}.mts`) as Record<string, Phase>)
  return (await Promise.all(phases.map(phase => claims(phase, exampleConfig())))).flat().map(({ id }) => id)
}

test('no file is longer than 150 lines, and no test than 200', () => {
  assert.equal(breaking(TYPESCRIPT, file => {
    const lines = text(file).trimEnd().split('\n').length
    return lines > (file.endsWith('.test.mts') ? 200 : 150) ? [`${lines} lines`] : []
  }), [])
})

test('nothing is exported by default', () => {
  assert.equal(breaking(TYPESCRIPT, file => found(code(file), /\bexport default\b/g)), [])
})

test('nothing is of any type', () => {
  assert.equal(breaking(TYPESCRIPT, file => found(code(file), /(?:[:<|,(]\s*|\bas\s+|=>\s*)any\b(?!\s*[(:=])/g)), [])
})

test('nothing is kept from the compiler', () => {
  assert.equal(breaking(TYPESCRIPT, file => found(text(file), /@ts-(?:ignore|nocheck)\b(?=\s|$)/gm).filter(() => !file.endsWith('conventions.test.mts'))), [])
})

test('there are no classes but Failure and Secret', () => {
  assert.equal(breaking(TYPESCRIPT, file => found(code(file), /\bclass\s+\w+/g).filter(what => !/class (Failure|Secret)$/.test(what))), [])
})

test('a file is named after a thing: there is no index, and there are no utilities', () => {
  assert.equal(TYPESCRIPT.filter(file => /^(index|utils?|helpers?|common|misc)\./.test(basename(file))), [])
})

test('only the terminal, and the small tools in runbooks/, print or exit', () => {
  const printing = /\bconsole\.\w+|\bprocess\.(?:std(?:out|err)\.write|exit|exitCode)\b/g
  const allowed = (file: string, what: string) => file === 'lib/engine/terminal.mts' || file.startsWith('runbooks/')
    || (file === 'lib/engine/main.mts' && what === 'process.exitCode') || (file === 'lib/engine/session.mts' && what === 'process.exit')
  assert.equal(breaking(SOURCES, file => found(code(file), printing).filter(what => !allowed(file, what))), [])
})

test('only the transport spells ssh', () => {
  assert.equal(breaking(SOURCES.filter(file => !/^lib\/host\/ssh[-.]/.test(file)), file => found(text(file), /\$?`(?:sudo )?(?:ssh|scp|sftp) .*/g)), [])
})

test('nothing ever trusts an unknown host key', () => {
  assert.equal(breaking(SOURCES, file => found(text(file), /StrictHostKeyChecking=(?:no|off|accept-new)/g)), [])
})

test('every import names its file', () => {
  assert.equal(breaking(TYPESCRIPT, file => found(text(file), /from '\.[^']*(?<!\.m[tj]s)'/g)), [])
})

test('every file of the engine and of the host has a test at the mirrored path', () => {
  const missing = files(['lib/engine', 'lib/host'], '.mts').filter(file => !TYPES_ONLY.includes(file) && !existsSync(join(ROOT, file.replace(/^lib\//, 'test/').replace(/\.mts$/, '.test.mts'))))
  assert.equal(missing, [])
})

// A format of many small files is tested by what it does: vectors, round trips, the official program.
test('every file of the secrets is reached by one of their tests', () => {
  const reached = new Set<string>()
  const follow = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const [, path = ''] of text(file).matchAll(/from '(\.[^']*)'/g)) follow(join(dirname(file), path))
  }
  // Their tests start the tool as a process.
  for (const file of ['runbooks/secrets.mts', ...testFiles().filter(file => file.startsWith('test/secrets/'))]) follow(file)
  assert.equal(files(['lib/secrets'], '.mts').filter(file => !reached.has(file)), [])
})

test('every test file names its suite, and runs it', () => {
  assert.equal(breaking(testFiles(), file => {
    const source = text(file)
    const stories = /Stories\(|\bstory\(/.test(source)
    return [...(/\bsuite\(/.test(source) || stories ? [] : ['no suite']), ...(/^\s*\w+\.run\(\)/m.test(source) || stories ? [] : ['no run()']), ...found(source, /import \{[^}]*\btest\b[^}]*\} from 'uvu'/g)]
  }), [])
})

test('a test title stands once in its file', () => {
  assert.equal(breaking(testFiles(), file => {
    const titles = [...text(file).matchAll(/^\s*\w+\((['`])((?:\\.|(?!\1).)+)\1,\s*(?:async\s*)?\(/gm)].map(([, , title = '']) => title)
    return titles.filter((title, index) => titles.indexOf(title) !== index)
  }), [])
})

test('claims carry the letter of their phase, and no ID is there twice', async () => {
  const all = new Map<string, string>()
  for (const stem of STEMS) {
    for (const id of await claimsOf(stem)) {
      assert.match(id, new RegExp(`^${LETTERS[stem]}\\d+$`), `${stem} has ${id}`)
      assert.not.ok(all.has(id), `${id} is in ${all.get(id)} and in ${stem}`)
      all.set(id, stem)
    }
  }
})

for (const stem of STEMS) {
  test(`docs/${stem}.md has the fixed headings, and each claim in its evidence and in its remedies`, async () => {
    assert.ok(existsSync(join(ROOT, 'docs', `${stem}.md`)), `there is no docs/${stem}.md`)
    const page = text(`docs/${stem}.md`)
    assert.match(page, new RegExp(`^# ${stem}: `))
    const parts = sections(page, 2)
    assert.equal([...parts.keys()], HEADINGS)
    const ids = await claimsOf(stem)
    const rows = [...(parts.get('Evidence') ?? '').matchAll(/^\| *`?([A-Z]\d+)`? *\|/gm)].map(([, id]) => id)
    assert.equal(rows, ids, 'the evidence')
    assert.equal([...sections(parts.get('When it fails') ?? '', 3).keys()].map(heading => heading.split(/\W/)[0]), ids, 'the remedies')
  })
}

test('every claim has a fault that turns it red, and every fault a claim', async () => {
  assert.ok(existsSync(join(import.meta.dirname, 'lab/faults.mts')), 'there is no test/lab/faults.mts: the table of faults')
  const { FAULTS } = await import('./lab/faults.mts') as { FAULTS: readonly { claim: string }[] }
  const broken = new Set(FAULTS.map(({ claim }) => claim))
  const ids = (await Promise.all(STEMS.map(claimsOf))).flat()
  assert.equal(ids.filter(id => !broken.has(id)), [], 'claims without a fault')
  assert.equal([...broken].filter(id => !ids.includes(id)), [], 'faults without a claim')
})

test('the example has every setting, in order, and no other', () => {
  assert.equal([...text('.env.example').matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, key]) => key), KEYS)
})

test('an Application is called like its file and its folder, and every one says its parts in the same order', () => {
  const applications = ['gitops/root.yaml', ...files(['gitops/apps'], '.yaml')]
  const parts = (file: string) => [...text(file).matchAll(/^ {0,4}([A-Za-z]+):/gm)].map(([, key = '']) => key).filter(key => !['annotations', 'finalizers'].includes(key))
  assert.equal(breaking(applications, file => {
    const name = basename(file, '.yaml')
    const lines = text(file).trimEnd().split('\n').length
    return [
      ...(text(file).includes(`\n  name: ${name}\n`) ? [] : [`is not called ${name}`]),
      ...(name === 'root' || !/repoURL: ssh:/.test(text(file)) || text(file).includes(`\n    path: gitops/${name}\n`) ? [] : [`does not read gitops/${name}`]),
      ...(parts(file).join() === parts('gitops/root.yaml').join() ? [] : [parts(file).join()]),
      ...(lines < 20 || lines > 35 ? [`${lines} lines`] : []),
    ]
  }), [])
})

test('it compiles', () => {
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit'], { cwd: ROOT })
})

test.run()
