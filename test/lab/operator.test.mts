import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../folder.mts'
import { missingTools } from './operator.mts'

const operator = suite('lab operator')

operator('a machine without any of the tools is told each package once', async () => {
  assert.equal(await missingTools(folder()), ['bash', 'openssh-client'])
})

operator('a package with one of its commands missing is missing', async () => {
  const path = folder()
  for (const command of ['bash', 'ssh', 'ssh-keygen']) await put(path, command)
  assert.equal(await missingTools(path), ['openssh-client'])
  await put(path, 'ssh-keyscan')
  assert.equal(await missingTools(path), [])
})

async function put(path: string, command: string): Promise<void> {
  await writeFile(join(path, command), '')
  await chmod(join(path, command), 0o755)
}

operator.run()
