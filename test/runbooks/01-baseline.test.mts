import { suite } from 'uvu'
import { baseline } from '../../runbooks/01-baseline.mts'
import { tellings } from './tellings.mts'

const test = suite('01-baseline')

await tellings(test, baseline, changed => changed.length >= 10)

test.run()
