import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { quote, quoteAll } from '../../lib/host/quote.mts'

const test = suite('quote')
const SHELLS = ['/bin/dash', '/bin/bash'].filter(existsSync)
const ODD = ['', ' ', '\'', '"', '\\', '\n', '\t', '$value', '${PATH}', '$(id)', '`id`', '!!', '*', '?', '~', '#', ';', '&', '|', '<', '>', '(', ')', '{a,b}', '[a]', '=', 'ä', '日', '\u0001', '-n', '--', '%s']

/** The same words every time: a failure can be looked at again. */
function words(count: number): string[] {
  let seed = 42
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor(seed / 7) % below
  }
  return Array.from({ length: count }, () => Array.from({ length: next(9) }, () => ODD[next(ODD.length)]).join(''))
}

/** What a shell makes of a line: the words that a command in it is given. */
function parsed(shell: string, line: string): string[] {
  const text = execFileSync(shell, ['-c', `printf '%s\\0' ${line}`]).toString()
  return text.split('\0').slice(0, -1)
}

for (const shell of SHELLS) {
  test(`every word arrives in ${shell} as it left`, () => {
    const all = [...ODD, ...words(2000)]
    assert.equal(parsed(shell, quoteAll(all)), all)
  })

  test(`every word arrives through two shells, ${shell} last, when it was quoted twice`, () => {
    const all = [...ODD, ...words(200)]
    assert.equal(parsed('/bin/bash', quote(quoteAll(all))), [quoteAll(all)])
    assert.equal(execFileSync('/bin/bash', ['-c', `${shell} -c ${quote(`printf '%s\\0' ${quoteAll(all)}`)}`]).toString().split('\0').slice(0, -1), all)
  })
}

test('both shells were there to ask', () => assert.equal(SHELLS, ['/bin/dash', '/bin/bash']))

test('a plain word stays readable', () => assert.is(quote('/etc/ssh/sshd_config.d/00-runbooks.conf'), '/etc/ssh/sshd_config.d/00-runbooks.conf'))

test.run()
