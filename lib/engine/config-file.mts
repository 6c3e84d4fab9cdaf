import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from './config.mts'
import type { Fact, State } from './claim.mts'

const EXAMPLE = new URL('../../.env.example', import.meta.url)

/** The platform's `.env`: made from the commented example, with what the operator answers; one that is there is left alone. */
export function present(folder: string, ask: (question: string) => Promise<string | undefined>): State<string> {
  const file = join(folder, '.env')
  return {
    read: async () => (existsSync(file) ? file : 'absent'),
    want: file,
    act: async () => {
      const host = await ask('Address of the server:') ?? ''
      const waiver = hasIPv6() || !/^y/i.test(await ask('This machine has no IPv6 address. Leave B29 (what answers over IPv6) unverified? [y/N]') ?? '') ? '' : 'B29'
      const text = readFileSync(EXAMPLE, 'utf8').replace(/^HOST=$/m, `HOST=${host}`).replace(/^# WAIVE=B29$/m, waiver ? `WAIVE=${waiver}` : '# WAIVE=B29')
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
    },
  }
}

/** The host that `.env` names, once all of it is right; throws bad input that lists every problem. */
export function host(folder: string): Fact<string> {
  return async () => loadConfig(folder).HOST
}

function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).flat().some(address => address?.family === 'IPv6' && !address.internal && !address.address.startsWith('fe80'))
}
