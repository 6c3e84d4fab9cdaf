import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { operator } from './fixes.mts'
import type { Ground } from './ground.mts'

/** The evidence of real runs: untouched it is accepted, and the host notices a chain that was cut short. */
export function evidenceStories(name: string, ground: Ground): void {
  const test = suite(`${name}: evidence`)

  test.before(async () => {
    await ground.converged()
    await ground.run('01-baseline', '--verify')
    await ground.run('01-baseline')
  })

  test('ssh-keygen accepts the signature of an untouched run', async () => {
    const said = await operator(ground.lab, `
      cd evidence/*; run=$(ls *-01-baseline-*.jsonl | tail -n 1)
      ssh-keygen -Y verify -f <(echo "operator $(cat ../../id_ed25519.pub)") -I operator -n evidence -s "$run.sig" < "$run"
    `)
    assert.match(said, /^Good "evidence" signature/)
  })

  test('the report accepts the chain as it is', async () => {
    assert.match((await report()).stdout, /no record is out of place/)
  })

  test('a chain cut short at its end is seen, because the host keeps its head', async () => {
    const { platformDir } = ground.lab
    const folder = join(platformDir, 'evidence')
    cpSync(folder, `${folder}.kept`, { recursive: true })
    const chain = join(folder, readdirSync(folder)[0] ?? '')
    const last = readdirSync(chain).filter(file => file.endsWith('.jsonl')).sort().at(-1) ?? ''
    rmSync(join(chain, last))
    rmSync(join(chain, `${last}.sig`))
    const { stdout, code } = await report()
    rmSync(folder, { recursive: true })
    cpSync(`${folder}.kept`, folder, { recursive: true })
    assert.match(stdout, /the chain was cut short at its end/)
    assert.is(code, 1)
  })

  test.run()

  function report() {
    return ground.run('runbooks/report.mts')
  }
}
