import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { exampleConfig } from '../../lib/engine/config.mts'
import { holds } from '../../lib/engine/want.mts'
import { configured, parseConfigured, settings } from '../../lib/host/k3s-config.mts'
import { answering } from './answering.mts'

const test = suite('k3s-config')
const config = exampleConfig()

/** What the host says when these are its files. */
function said(files: Record<string, string>, { others = '', inForce = 'yes', mode = 'root 600' } = {}): string {
  return [`${others}\n${inForce}\n`, ...Object.entries(files).map(([file, text]) => `\u001e${file}\u001f${mode}\u001f${text}\n`)].join('')
}

async function ours(): Promise<Record<string, string>> {
  const { host, written } = answering('')
  await configured(host, config).act(undefined)
  return Object.fromEntries(written.filter(({ script }) => script === 'put').map(({ args: [file = ''], input }) => [file, String(input).trimEnd()]))
}

test('the mode is a string by the rules of YAML 1.1 too, and the API never binds to the tunnel', async () => {
  const text = (await ours())['/etc/rancher/k3s/config.yaml'] ?? ''
  assert.match(text, /^write-kubeconfig-mode: "0600"$/m)
  assert.is((parse(text, { version: '1.1' }) as Record<string, unknown>)['write-kubeconfig-mode'], '0600')
  assert.not.match(text, 'bind-address')
})

test('the API\'s certificate names the server\'s address in the tunnel', () => {
  assert.equal(settings({ ...config, VPN_NETWORK: '10.9.0.0/24' })['tls-san'], ['10.9.0.1'])
})

test('control groups v1 are asked of the kubelet only where they are declared', () => {
  const asks = (CGROUP_V1: boolean) => JSON.stringify(settings({ ...config, CGROUP_V1 })).includes('fail-cgroupv1=false')
  assert.equal([asks(false), asks(true)], [false, true])
})

test('it holds when each file is ours, for root alone, in force, and there is no other', async () => {
  const { want } = configured(answering('').host, config)
  const files = await ours()
  assert.is(holds(want, parseConfigured(said(files))), true)
  assert.is(holds(want, parseConfigured(said(files, { inForce: 'not running' }))), true)
  assert.is(holds(want, parseConfigured(said(files, { others: 'extra.yaml' }))), false)
  assert.is(holds(want, parseConfigured(said(files, { inForce: 'no' }))), false)
  assert.is(holds(want, parseConfigured(said(files, { mode: 'root 644' }))), false)
  assert.is(holds(want, parseConfigured(said({ ...files, '/etc/rancher/k3s/config.yaml': 'absent' }))), false)
})

test('K3s is restarted by the act only where it runs', async () => {
  const { host, written } = answering('')
  await configured(host, config).act(undefined)
  assert.match(written.at(-1)?.script ?? '', /! systemctl is-active --quiet k3s \|\| systemctl restart k3s/)
})

test.run()
