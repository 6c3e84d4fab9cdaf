import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ownModule, PROGRAMS, VERSION } from './programs.mts'

const programs = suite('programs of Argo CD')

const THEIRS = `module example.org/tool/v3

go 1.26.0

require (
	example.org/engine v0.0.0-unpublished
	example.org/other v1.2.3
)

replace example.org/engine => ./engine

replace (
	// Pinned for a reason.
	example.org/other => example.org/fork v1.2.4
	example.org/api => ../api
)
`

programs('a program is built with its makers\' replacements, but for the folders that only they have', () => {
  const lines = ownModule(THEIRS, { module: 'example.org/tool/v3', version: 'v3.5.3', beside: ['example.org/engine', 'v0.0.0-20260914'] }).split('\n')
  assert.is(lines[0], 'module lab')
  assert.ok(lines.includes('\texample.org/other => example.org/fork v1.2.4'))
  assert.equal(lines.filter(line => /=> \.|module example/.test(line)), [])
  assert.equal(lines.slice(-3), ['require example.org/tool/v3 v3.5.3', 'replace example.org/engine => example.org/engine v0.0.0-20260914', ''])
})

programs('a module that has nothing beside it gets no replacement more', () => {
  assert.is(ownModule('module example.org/a\n', { module: 'example.org/a', version: 'v1.0.0' }), 'module lab\nrequire example.org/a v1.0.0\n')
})

programs('Argo CD says its version and its commit, as the released one does', () => {
  const said = Object.fromEntries(Object.entries(PROGRAMS.argocd.variables).map(([name, value]) => [name.split('.').at(-1), value]))
  assert.equal(said, { version: VERSION.slice(1), gitCommit: 'c9c369efcc5b', gitTreeState: 'clean' })
})

programs.run()
