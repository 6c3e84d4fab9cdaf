import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { alive, self } from './owner.mts'

const owners = suite('lab owner')

owners('this process is alive', async () => {
  assert.ok(await alive(await self()))
})

owners('a process that ended is not', async () => {
  assert.not(await alive(`${spawnSync('true').pid}-1`))
})

owners('another process under the same id is not it', async () => {
  assert.not(await alive(`${process.pid}-1`))
})

owners.run()
