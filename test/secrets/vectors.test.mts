import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { clearText } from '../../lib/secrets/clear-text.mts'
import { asFailure } from '../../lib/engine/failure.mts'
import { keyringOf, parseIdentities } from '../../lib/secrets/keyring.mts'
import { selector } from '../../lib/secrets/selector.mts'
import { computeMac, open } from '../../lib/secrets/sops.mts'
import { parseSource } from '../../lib/secrets/source.mts'
import { walk } from '../../lib/secrets/walk.mts'

type Row = { file: string; identities: string[]; exit: number; note: string; error?: string; plain?: string; datakey?: string; mac?: string }

const test = suite('sops vectors')
const read = (path: string): string => readFileSync(new URL(`../fixtures/sops/${path}`, import.meta.url), 'utf8')
const rows = JSON.parse(read('manifest.json')) as Row[]
const keyring = ({ identities }: Row) => keyringOf(...identities.flatMap((name) => parseIdentities(read(`keys/${name}.agekey`))))

/** The typed values of a clear YAML text with their places, comments aside: what a reader of either text would get. */
const values = (text: string): string[] =>
  walk(parseSource(text), selector({})).flatMap((item) =>
    item.what === 'leaf' ? [`${item.keys.join(':')} ${item.value.kind} ${item.value.bytes.toString('hex')}`] : [],
  )

// SOPS prints a float without its point, so its own clear text reads as an integer.
const asSopsPrints = (line: string): string => line.replace(/ float ((?:2d)?(?:3\d)+)$/, ' int $1').replace(/ int 2d30$/, ' int 30')

/** SOPS' reason without its own prefixes and without the text it repeats. */
const reason = (message: string): string => (message.split(': ').at(-1) ?? '').replace('Input string plain', 'Input string').toLowerCase()

for (const row of rows) {
  if (row.exit === 0) {
    test(`${row.file} opens with its data key and MAC: ${row.note}`, async () => {
      const opened = await open(read(row.file), keyring(row))
      assert.is(opened.key.toString('hex'), row.datakey)
      assert.is(computeMac(opened.items, opened.metadata), row.mac)
      assert.equal(values(clearText(opened)).map(asSopsPrints), values(read(row.plain ?? '')).map(asSopsPrints))
    })
  } else {
    test(`${row.file} is refused with SOPS' reason: ${row.note}`, async () => {
      const failure = asFailure(await open(read(row.file), keyring(row)).catch((thrown: unknown) => thrown))
      assert.ok(failure.message.toLowerCase().includes(reason(row.error ?? '').replace(/\.$/, '')), failure.message)
      assert.is(failure.kind, row.exit === 128 ? 'input' : 'claim')
    })
  }
}

test.run()
