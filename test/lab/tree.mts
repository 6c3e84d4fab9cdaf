import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { $ } from 'zx'
import { Failure } from '../../lib/engine/failure.mts'
import type { Mirrors } from './mirrors.mts'
import { IMAGE_FILES, type Recipe } from './recipe.mts'
import { CACHE } from './site.mts'

const TREES = join(CACHE, 'images')

// Constant text for mmdebstrap's shell; $1 is the tree.
const OVERLAY = 'tar -C "$IMAGE_FILES/$ROLE" --owner=0 --group=0 --mode=go-w -c . | tar -C "$1" --no-overwrite-dir -x'
const FINISH = 'chroot "$1" sh -s "$ROLE" "$SUITE" "$ARCHIVE" "$SECURITY" < "$IMAGE_FILES/finish.sh"'

/** Whether this machine can make trees itself. */
export async function canMakeTrees(): Promise<boolean> {
  return process.getuid?.() === 0 && (await $({ nothrow: true, quiet: true })`command -v mmdebstrap`).exitCode === 0
}

/**
 * The archive of a tree, kept until its key changes. It is made of the release's first suite only, from a mirror that
 * is named: mmdebstrap's own would bring the security updates, and nothing would be pending.
 */
export async function tree({ name, role, suite = '', packages }: Recipe, { archive, security }: Mirrors, key: string): Promise<string> {
  const file = `${name}-${key}.tar`
  await mkdir(TREES, { recursive: true })
  const kept = await readdir(TREES)
  if (kept.includes(file)) return join(TREES, file)
  await Promise.all(kept.filter(old => old.startsWith(`${name}-`) || abandoned(old)).map(old => rm(join(TREES, old))))
  const unfinished = join(TREES, `unfinished-${process.pid}-${name}.tar`)
  const env = { ...process.env, IMAGE_FILES, ROLE: role, SUITE: suite, ARCHIVE: archive, SECURITY: security }
  const words = [`--include=${packages.join(',')}`, `--customize-hook=${OVERLAY}`, `--customize-hook=${FINISH}`, suite, unfinished, archive]
  const { exitCode, stderr } = await $({ env, nothrow: true, quiet: true })`mmdebstrap --mode=root --variant=minbase --components=main ${words}`
  if (exitCode !== 0) throw new Failure(`${name} could not be built from ${archive}`, { found: stderr.trim().split('\n').slice(-5).join('\n') })
  await rename(unfinished, join(TREES, file))
  return join(TREES, file)
}

function abandoned(file: string): boolean {
  const [, process] = /^unfinished-(\d+)-/.exec(file) ?? []
  return process !== undefined && !existsSync(`/proc/${process}`)
}
