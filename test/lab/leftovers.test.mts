import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { labs } from './leftovers.mts'

const leftovers = suite('lab leftovers')
const nothing = { containers: [], networks: [], volumes: [], images: [] }

leftovers('a network, a volume or a snapshot alone is a lab that was left behind', () => {
  const found = { ...nothing, networks: ['proven-lab-2'], volumes: ['proven-lab-12-kubelet'], images: ['localhost/proven-lab-1-snapshot:a'] }
  assert.equal(labs(found), [1, 2, 12])
})

leftovers('a finished image belongs to no lab', () => {
  assert.equal(labs({ ...nothing, images: ['localhost/proven-lab-debian-12:0123456789ab', 'localhost/proven-lab-stranger:0123456789ab'] }), [])
})

leftovers.run()
