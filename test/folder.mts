import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders: string[] = []

/** A folder of this test's own, gone when the process ends. */
export function folder(): string {
  if (folders.length === 0) process.once('exit', () => folders.forEach(path => rmSync(path, { recursive: true, force: true })))
  const path = mkdtempSync(join(tmpdir(), 'proven-test-'))
  folders.push(path)
  return path
}
