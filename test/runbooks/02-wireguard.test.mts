import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { wireguard } from '../../runbooks/02-wireguard.mts'
import { having, tell } from '../host/fake.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { tellings, told } from './tellings.mts'

const test = suite('02-wireguard')
const { place: folder } = await platform()

test.before(() => useKey(folder))

await tellings(test, wireguard, changed => changed.join(' ') === 'W3 W4 W5 W6 W7 W8 W9', { folder })

test('where the tunnel does not come up, one thing is red and what needs it is blocked', async () => {
  const story = await tell(wireguard, 'bare', 'converged', { folder, stuck: 'W6' })
  assert.equal([having(story, 'failed'), having(story, 'blocked')], [['W6'], ['W7', 'W8', 'W9', 'W13', 'W14', 'W15', 'W16', 'W17']], told(story))
})

test.run()
