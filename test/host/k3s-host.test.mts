import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { exampleConfig } from '../../lib/engine/config.mts'
import { holds } from '../../lib/engine/want.mts'
import { enough, others, parseGround } from '../../lib/host/k3s-host.mts'
import { answering } from './answering.mts'

const test = suite('k3s-host')

const said = 'v2\n\n80123456789\n6442450944\n0\nvm.panic_on_oom = 0\nvm.overcommit_memory = 1\nkernel.panic = 10\nkernel.panic_on_oops = 1'

test('the host is read as numbers, in gigabytes of 10⁹ bytes', () => {
  assert.equal(parseGround(said), {
    cgroups: 'v2', missing: [], freeDiskGB: 80.1, freeMemoryGB: 6.4, swapGB: 0,
    kernel: { 'vm.panic_on_oom': '0', 'vm.overcommit_memory': '1', 'kernel.panic': '10', 'kernel.panic_on_oops': '1' },
  })
})

test('it is enough with room, modules, the kubelet\'s settings, and control groups v2 or the declared exception', () => {
  const enoughFor = (text: string, yes: boolean) => holds(enough({ ...exampleConfig(), CGROUP_V1: yes }), parseGround(text))
  assert.equal([enoughFor(said, false), enoughFor(said, true), enoughFor(said.replace('v2', 'v1'), false), enoughFor(said.replace('v2', 'v1'), true)], [true, true, false, true])
  for (const [is, instead] of [['v2\n\n', 'v2\noverlay vxlan \n'], ['80123456789', '4123456789'], ['6442450944', '123456789'], ['kernel.panic = 10', 'kernel.panic = 0']] as const) {
    assert.is(enoughFor(said.replace(is, instead), false), false, instead)
  }
})

test('other Kubernetes and other listeners are named', async () => {
  assert.equal(await others(answering('/etc/kubernetes/admin.conf\n6443 kube-apiserver\n').host)(), ['/etc/kubernetes/admin.conf', '6443 kube-apiserver'])
  assert.equal(await others(answering('').host)(), [])
})

test.run()
