import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as apt from '../../lib/host/apt.mts'
import { rejects } from '../rejects.mts'
import { answering } from './answering.mts'
import { output, recorded } from './recorded.mts'

const test = suite('apt')
const hoursAgo = (hours: number) => String(Math.round(Date.now() / 1000 - hours * 3600))

recorded(test, 'apt', text => apt.pendingSecurity(text.split('\n')), {
  'security upgrades among others': ['held curl', 'libgcrypt20-dev 1.10.1-3+deb12u1', 'liblzma-dev 5.4.1-1+deb12u2', 'linux-image-6.1.0-40-amd64 6.1.153-1'],
  'Ubuntu 24.04 takes security from its own archive': ['libssl3t64 3.0.13-0ubuntu3.5'],
  'nothing to upgrade': [],
})

test('fresh lists tell what is pending', async () => {
  const { host } = answering(`${hoursAgo(2)}\n${output('apt', 'security upgrades among others')}`)
  assert.is((await apt.upgraded(host, 26).read()).length, 4)
})

test('by stale lists nothing can be told', async () => {
  const failure = await rejects(apt.upgraded(answering(`${hoursAgo(30)}\n`).host, 26).read())
  assert.equal([failure.kind, failure.message], ['unverified', 'the package lists are 30 h old'])
})

test('lists that were never fetched are no fresh lists', async () => {
  assert.equal((await rejects(apt.upgraded(answering('0\n').host, 26).read())).message, 'the package lists were never fetched')
})

test('half installed packages are not installed', async () => {
  const { read, want } = apt.installed(answering('ii  curl\niF  ufw\nrc  chrony\nii  nftables').host, ['ufw', 'nftables', 'curl', 'chrony'])
  assert.equal([await read(), want], [['curl', 'nftables'], ['chrony', 'curl', 'nftables', 'ufw']])
})

test('who holds apt is named, and read anew each time', async () => {
  const { host } = answering('apt-get (pid 812)\n')
  assert.equal(await apt.holders(host)(), ['apt-get (pid 812)'])
})

test('packages that need healing are listed', async () => {
  assert.equal(await apt.whole(answering(' cron     daemon\n').host).read(), ['cron     daemon'])
})

test('packages travel as values, never as text', async () => {
  const { host, written } = answering('')
  await apt.installed(host, ['curl; reboot']).act([])
  assert.equal([written[0]?.args, written[0]?.script.includes('reboot')], [['curl; reboot'], false])
})

test.run()
