import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../site.mts'
import { pasted } from './fixes.mts'
import type { Ground } from './ground.mts'

export type Block = { readonly script: string, readonly expected: string }

/** The commands that a page shows with what they print; `…` stands for whatever varies. */
export function runBlocks(page: string): Block[] {
  return [...page.matchAll(/^```sh run\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm)]
    .map(([, script = '', expected = '']) => ({ script, expected }))
}

/** Whether a command printed what the page says, line by line. */
export function shows(expected: string, printed: string): boolean {
  const pattern = expected.trim().split('…').map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')
  return new RegExp(`^${pattern}$`).test(printed.trim())
}

/** What the pages show is what a converged host and its operator get; `rested` is the runbook that waits until all is quiet. */
export function docsStories(name: string, ground: Ground, stems: readonly string[], rested?: string): void {
  const test = suite(`${name}: docs`)

  test.before(async () => {
    await ground.converged()
    if (rested) await ground.run(rested)
  })

  for (const stem of stems) {
    for (const { script, expected } of runBlocks(readFileSync(join(ROOT, 'docs', `${stem}.md`), 'utf8'))) {
      test(`docs/${stem}.md shows what is printed by: ${script.trim().split('\n').join('; ')}`, async () => {
        const printed = await pasted(ground.lab, script)
        assert.ok(shows(expected, printed), `expected\n${expected}\nprinted\n${printed}`)
      })
    }
  }

  test.run()
}
