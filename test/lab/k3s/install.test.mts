import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../../folder.mts'

const installing = suite('double of the install script')

// Root and systemd are played: `systemctl` only writes down what it is told.
function host() {
  const place = folder()
  for (const name of ['bin', 'units', 'tools']) mkdirSync(join(place, name))
  const program = (path: string, script: string) => {
    writeFileSync(join(place, path), `#!/bin/sh\n${script}\n`)
    chmodSync(join(place, path), 0o755)
  }
  program('tools/id', 'echo 0')
  program('tools/systemctl', `echo "$@" >> ${place}/told`)
  program('bin/k3s', 'echo "k3s version v1.36.3+k3s1 (stand-in)"')
  const install = (settings: Readonly<Record<string, string>>, ...args: string[]) => spawnSync('sh', [join(import.meta.dirname, 'install.sh'), ...args], {
    encoding: 'utf8',
    env: { PATH: `${place}/tools:/usr/bin:/bin`, INSTALL_K3S_BIN_DIR: `${place}/bin`, INSTALL_K3S_SYSTEMD_DIR: `${place}/units`, ...settings },
  })
  return { place, install, unit: () => readFileSync(join(place, 'units/k3s.service'), 'utf8'), told: () => readFileSync(join(place, 'told'), 'utf8').trim().split('\n') }
}

const SKIP = { INSTALL_K3S_SKIP_DOWNLOAD: 'true' }

installing('what would have to be downloaded is refused, and nothing is written', () => {
  const { place, install } = host()
  const { status, stderr } = install({})
  assert.is(status, 1)
  assert.match(stderr, /\[ERROR\] {2}.*INSTALL_K3S_SKIP_DOWNLOAD=true/)
  assert.equal([readdirSync(join(place, 'units')), readdirSync(join(place, 'bin'))], [[], ['k3s']])
})

installing('another version than the one that was asked for is refused', () => {
  const { status, stderr } = host().install({ ...SKIP, INSTALL_K3S_VERSION: 'v1.36.2+k3s1' })
  assert.is(status, 1)
  assert.match(stderr, 'is v1.36.3+k3s1, not v1.36.2+k3s1')
})

installing('the service is enabled and started, with its scripts, its links and a closed environment beside it', () => {
  const { place, install, unit, told } = host()
  const { status, stdout } = install({ ...SKIP, K3S_TOKEN: 'secret' })
  assert.is(status, 0)
  assert.match(stdout, '[INFO]  systemd: Starting k3s\n')
  assert.match(unit(), /Type=notify[\s\S]*KillMode=process\nDelegate=yes[\s\S]*Restart=always\nRestartSec=5s[\s\S]*ExecStart=\S+\/bin\/k3s \\\n {4}server\n/)
  assert.equal(told(), [`enable --quiet ${place}/units/k3s.service`, 'daemon-reload', 'restart k3s'])
  assert.equal(readdirSync(join(place, 'bin')).filter(name => name.startsWith('k3s')), ['k3s', 'k3s-killall.sh', 'k3s-uninstall.sh'])
  const environment = join(place, 'units/k3s.service.env')
  assert.is((statSync(environment).mode & 0o777).toString(8), '600')
  assert.is(readFileSync(environment, 'utf8'), `${'K3S_TOKEN'}=secret\n`)
})

installing('a second time nothing has changed, and nothing is started anew', () => {
  const { install, told } = host()
  install(SKIP)
  assert.match(install(SKIP).stdout, 'No change detected so skipping service start')
  assert.is(told().filter(line => line === 'restart k3s').length, 1)
})

installing('arguments become the service\'s, and starting can be left out', () => {
  const { install, unit, told } = host()
  install({ ...SKIP, INSTALL_K3S_EXEC: 'server --disable=traefik', INSTALL_K3S_SKIP_START: 'true' }, '--debug')
  assert.match(unit(), 'server \\\n\t\'--disable=traefik\' \\\n\t\'--debug\'\n')
  assert.not.ok(told().includes('restart k3s'))
})

installing('its scripts are scripts', () => {
  const { place, install } = host()
  install({ ...SKIP, INSTALL_K3S_SKIP_ENABLE: 'true' })
  for (const name of ['k3s-killall.sh', 'k3s-uninstall.sh']) assert.is(spawnSync('sh', ['-n', join(place, 'bin', name)]).status, 0, name)
})

installing.run()
