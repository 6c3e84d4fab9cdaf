import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { quantity } from '../../lib/cluster/quantity.mts'
import { throws } from '../rejects.mts'

const test = suite('quantity')

const CASES: Readonly<Record<string, number>> = { 2: 2, '250m': 0.25, '94321000n': 0.094_321, '16Gi': 17_179_869_184, '1500k': 1_500_000, '1e3': 1000, '0.5': 0.5 }

for (const [text, number] of Object.entries(CASES)) test(`${text} is ${number}`, () => assert.ok(Math.abs(quantity(text) - number) < 1e-9))

for (const text of ['', 'Gi', '1GB', '1 Gi']) test(`${JSON.stringify(text)} is no quantity`, () => assert.match(throws(() => quantity(text)).message, 'is not a quantity'))

test.run()
