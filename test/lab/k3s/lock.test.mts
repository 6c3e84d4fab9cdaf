import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../../folder.mts'
import { alone } from './lock.mts'

const locks = suite('lock of the build')

locks('one works, and the other waits', async () => {
  const lock = join(folder(), 'lock')
  const seen: string[] = []
  const work = (name: string) => alone(lock, async () => {
    seen.push(`${name} begins`)
    await setTimeout(20)
    seen.push(`${name} ends`)
  })
  await Promise.all([work('one'), work('other')])
  assert.equal(seen.map(line => line.split(' ')[1]), ['begins', 'ends', 'begins', 'ends'])
})

locks('what a dead process held is taken', async () => {
  const lock = join(folder(), 'lock')
  writeFileSync(lock, '1-99999999999')
  assert.is(await alone(lock, async () => 'worked'), 'worked')
})

locks('work that fails leaves no lock', async () => {
  const lock = join(folder(), 'lock')
  await alone(lock, () => Promise.reject(new Error('no'))).catch(() => undefined)
  assert.is(await alone(lock, async () => 'worked'), 'worked')
})

locks.run()
