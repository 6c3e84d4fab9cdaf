// `npm run test:unit`: everything that needs nothing but this repository.
import { runFiles } from './child.mts'
import { unitFiles } from './groups.mts'
import { summary, sums } from './summary.mts'

const start = performance.now()
const groups = [{ name: 'unit', told: await runFiles(unitFiles(), '2m'), ms: performance.now() - start }]
for (const line of summary(groups)) console.log(line)
process.exitCode = sums(groups).failed > 0 ? 1 : 0
