// Runs these test files one after the other in this process: starting one costs more than most of them take.
import { join, resolve } from 'node:path'
import { run } from 'uvu/run'

await run(process.argv.slice(2).map(name => ({ name, file: resolve(join(import.meta.dirname, '..'), name) })))
