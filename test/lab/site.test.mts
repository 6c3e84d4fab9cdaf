import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT, site } from './site.mts'

const sites = suite('lab site')

sites('a person\'s lab lives in the repository\'s ignored folder', () => {
  const { host, stranger, git, operator, platformDir } = site(0)
  assert.is(platformDir, `${ROOT}/.lab`)
  assert.equal([operator.ipv4, host.ipv4, git.ipv4, stranger.ipv4], ['10.89.7.1', '10.89.7.10', '10.89.7.20', '10.89.7.66'])
  assert.equal([operator.ipv6, host.ipv6, git.ipv6, stranger.ipv6], ['fd07:1::1', 'fd07:1::10', 'fd07:1::20', 'fd07:1::66'])
})

sites('no two labs share a name, an address or a folder', () => {
  const all = Array.from({ length: 100 }, (_, number) => site(number))
  const taken = all.flatMap(({ network, subnets, host, platformDir, volumes }) => [network, ...subnets, host.mac, platformDir, ...Object.values(volumes)])
  assert.is(new Set(taken).size, taken.length)
})

sites('a number that would leave the address range is refused', () => {
  for (const number of [-1, 100, 1.5]) assert.throws(() => site(number), /0 to 99/)
})

sites.run()
