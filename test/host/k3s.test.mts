import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { installed, parseInstalled } from '../../lib/host/k3s.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'
import { answering } from './answering.mts'

const test = suite('k3s')
const SHA = 'a'.repeat(64)
const said = `${SHA}\npinned\n/usr/local/bin/k3s server\n\n/etc/systemd/system/k3s.service.d/wall.conf\nenabled, active\n1 1 ours`

function place(): string {
  const path = folder()
  const file = (name: string) => `    ${name}:\n      url: https://example.org/{version}/${name}\n      sha256: ${SHA}\n`
  writeFileSync(join(path, 'versions.yaml'), `k3s:\n  version: v1.36.5+k3s1\n  files:\n${['k3s', 'k3s-airgap-images-amd64.tar.zst', 'install.sh'].map(file).join('')}`)
  return path
}

test('K3s is installed when binary, images, command, unit and wall are ours, and nothing was added', () => {
  const { want } = installed(answering('').host, place())
  assert.is(holds(want, parseInstalled(said, SHA)), true)
  for (const [is, instead] of [
    [SHA, 'b'.repeat(64)], [SHA, 'absent'], ['pinned', 'other'], ['k3s server', 'k3s server --disable-network-policy'], ['enabled, active', 'disabled, active'], ['enabled, active', 'enabled, failed'],
    ['wall.conf', 'wall.conf /etc/systemd/system/k3s.service.d/extra.conf'], ['\n\n', '\nK3S_TOKEN=x\n'], ['1 1 ours', '0 1 ours'], ['1 1 ours', '1 1 '],
  ] as const) assert.is(holds(want, parseInstalled(said.replace(is, instead), SHA)), false, instead)
})

test('one that does not start says how its copy comes back', async () => {
  const { host } = answering('')
  const failing = { ...host, write: async (script: string) => { if (script.includes('systemctl restart')) throw new Failure('a command ended with 1', { found: 'fatal' }); return '' } }
  const { message, facts } = await rejects(installed(failing, place()).act(undefined))
  assert.equal([message, facts.found], ['K3s was put in place, and did not start', 'fatal'])
  assert.match(facts.next ?? '', '--rollback')
})

test.run()
