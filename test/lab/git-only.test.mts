import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../folder.mts'
import { IMAGE_FILES } from './recipe.mts'

const forced = suite('forced command of the Git server')
const bin = folder()
writeFileSync(join(bin, 'git-shell'), '#!/bin/sh\necho "$2"\n', { mode: 0o755 })

/** What is handed to Git of a command that somebody sends, or why nothing is. */
function asked(right: 'ro' | 'rw', command?: string): string {
  const env = { PATH: `${bin}:${process.env.PATH}`, ...(command !== undefined && { SSH_ORIGINAL_COMMAND: command }) }
  const { stdout, stderr, status } = spawnSync('sh', [join(IMAGE_FILES, 'git/usr/local/bin/git-only'), right], { env, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : `refused: ${stderr.trim()}`
}

forced('a repository is found by its name alone', () => {
  assert.is(asked('ro', 'git-upload-pack \'/platform.git\''), 'git-upload-pack \'/srv/git/platform.git\'')
  assert.is(asked('rw', 'git-receive-pack \'/prometheus-operator.git\''), 'git-receive-pack \'/srv/git/prometheus-operator.git\'')
})

forced('a key that may read cannot push', () => {
  assert.is(asked('ro', 'git-receive-pack \'/platform.git\''), 'refused: this key may read, and not push')
})

forced('nothing but Git is served, and no place but the repositories', () => {
  const commands = [
    undefined, '', 'id', 'git-upload-pack \'/../etc/passwd.git\'', 'git-upload-pack \'/srv/git/platform.git\'', 'git-upload-pack \'/platform.git\'; id',
    'git-upload-archive \'/platform.git\'', 'git-upload-pack /platform.git', 'git-upload-pack \'/$(id).git\'',
  ]
  for (const command of commands) for (const right of ['ro', 'rw'] as const) assert.is(asked(right, command), 'refused: this server serves Git, and nothing else', command)
})

forced.run()
