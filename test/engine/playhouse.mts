import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from '../folder.mts'
import { runFiles } from '../../lib/engine/evidence.mts'
import { place } from '../../lib/engine/evidence.mts'
import { sshKey } from './ssh-key.mts'

export const PLAY = join(import.meta.dirname, '../fixtures/phases/90-play.mts')

/** A platform of this test's own, with a key, and what is in its folder. */
export type Playhouse = {
  readonly folder: string
  readonly key: string
  has(name: string): boolean
  put(name: string, text?: string): void
  evidence(): string[]
}

export type Told = { readonly code: number | null, readonly out: string, readonly err: string }

export function playhouse(...lines: string[]): Playhouse {
  const path = folder()
  const key = sshKey(join(path, 'key'))
  const put = (name: string, text = '') => writeFileSync(join(path, name), text)
  put('.env', ['HOST=192.0.2.10', `SSH_KEY=${key}`, ...lines, ''].join('\n'))
  return { folder: path, key, put, has: name => existsSync(join(path, name)), evidence: () => runFiles(join(path, 'evidence', place())) }
}

/** Starts a runbook as an operator does; without a terminal. */
export function start({ folder }: Pick<Playhouse, 'folder'>, args: readonly string[], file = PLAY): { child: ChildProcess, told: Promise<Told> } {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PLATFORM_DIR: folder, DEBUG: '' } })
  const texts = { out: '', err: '' }
  child.stdout.on('data', data => { texts.out += data })
  child.stderr.on('data', data => { texts.err += data })
  return { child, told: once(child, 'close').then(([code]) => ({ code: code as number | null, ...texts })) }
}

export async function play(house: Pick<Playhouse, 'folder'>, ...args: string[]): Promise<Told> {
  return start(house, args).told
}
