import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ARM, DISARM, RELOAD, SERVICE, UNDO, UNDO_NOW, UNIT } from '../../lib/host/revert-scripts.mts'
import { folder } from '../folder.mts'

const test = suite('revert scripts')

/** A small world in a folder: the scripts run for it with every path inside, and a systemd that only writes down. */
function world(): { run: (script: string, ...args: string[]) => void, path: (name: string) => string, file: (name: string, text?: string) => string, calls: () => string } {
  const root = folder()
  const inside = (text: string) => text.replaceAll(/(?<![\w.])\/(var|etc)\//g, `${root}/$1/`)
  const path = (name: string) => join(root, name)
  for (const name of ['bin', 'var/lib/runbooks/revert', 'etc/systemd/system']) mkdirSync(path(name), { recursive: true })
  for (const tool of ['systemctl', 'systemd-run']) {
    writeFileSync(path(`bin/${tool}`), `#!/bin/sh\necho ${tool} "$@" >> ${path('calls')}\n`)
    chmodSync(path(`bin/${tool}`), 0o755)
  }
  writeFileSync(inside(`${root}${UNDO.path}`.replace(root + root, root)), inside(UNDO.text))
  chmodSync(path('var/lib/runbooks/revert/undo'), 0o755)
  writeFileSync(path('var/lib/runbooks/revert/reload'), `echo reloaded >> ${path('calls')}`)
  writeFileSync(path('etc/systemd/system/runbooks-revert.service'), SERVICE)
  return {
    path,
    run: (script, ...args) => void execFileSync('bash', ['-c', inside(script), 'bash', ...args], { env: { ...process.env, PATH: `${path('bin')}:${process.env.PATH}` }, stdio: 'pipe' }),
    file: (name, text) => (text === undefined ? readFileSync(path(name), 'utf8') : (writeFileSync(path(name), text), path(name))),
    calls: () => (existsSync(path('calls')) ? readFileSync(path('calls'), 'utf8') : ''),
  }
}

test('an undo puts back what was changed, removes what was new, and runs once', () => {
  const { run, path, file, calls } = world()
  const changed = file('etc/changed', 'old')
  const fresh = path('etc/fresh')
  run(ARM, '60s', changed, fresh)
  file('etc/changed', 'new')
  file('etc/fresh', 'new')
  run(UNDO_NOW)
  assert.equal([file('etc/changed'), existsSync(fresh), existsSync(path('var/lib/runbooks/revert/armed'))], ['old', false, false])
  assert.match(calls(), 'reloaded')
  file('etc/changed', 'newer')
  run(UNDO_NOW)
  assert.is(file('etc/changed'), 'newer')
})

test('it is armed with a timer, and to run at the next boot, before the network', () => {
  const { run, path, calls } = world()
  run(ARM, '60s', path('etc/x'))
  assert.match(calls(), 'systemd-run --quiet --collect --unit=runbooks-revert-timer --on-active=60s')
  assert.ok(existsSync(path('etc/systemd/system/sysinit.target.wants/runbooks-revert.service')))
  assert.match(SERVICE, /^Before=.*network-pre\.target.*ssh\.service/m)
})

test('at boot nothing is reloaded: what reads the files starts afterwards', () => {
  const { run, path, file, calls } = world()
  run(ARM, '60s', file('etc/changed', 'old'))
  file('etc/changed', 'new')
  execFileSync(path('var/lib/runbooks/revert/undo'), ['boot'])
  assert.equal([file('etc/changed'), calls().includes('reloaded')], ['old', false])
})

test('disarmed, nothing is put back, and nothing of it is left', () => {
  const { run, path, file } = world()
  run(ARM, '60s', file('etc/changed', 'old'))
  file('etc/changed', 'new')
  run(DISARM)
  run(UNDO_NOW)
  assert.is(file('etc/changed'), 'new')
  for (const left of ['var/lib/runbooks/revert', 'etc/systemd/system/runbooks-revert.service', 'etc/systemd/system/sysinit.target.wants/runbooks-revert.service']) assert.not.ok(existsSync(path(left)), left)
})

test('where nothing is armed an undo does nothing', () => {
  const { run, calls } = world()
  run(UNDO_NOW)
  assert.is(calls(), '')
})

test('the paths are where units and root\'s own files belong', () => {
  assert.equal([UNIT.startsWith('/etc/systemd/system/'), UNDO.path.startsWith('/var/lib/runbooks/'), RELOAD.startsWith('/var/lib/runbooks/')], [true, true, true])
})

test.run()
