// Plain JavaScript that an old Node can read: it says what is missing instead of failing on the first new word.
import { spawn, spawnSync } from 'child_process'
import { existsSync, statSync } from 'fs'
import { dirname, join } from 'path'
import { fileURLToPath } from 'url'

var root = dirname(dirname(fileURLToPath(import.meta.url)))
var version = process.versions.node.split('.').map(Number)

if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error('Node 20.19 or newer is needed, this is ' + process.versions.node + '; the one of Debian and Ubuntu is too old.')
  console.error('nvm install 22, or the archive of https://nodejs.org/en/download, or https://github.com/nodesource/distributions')
  process.exit(2)
}

if (spawnSync('bash', ['-c', 'true']).error) {
  console.error('bash is needed: every command of this project is run by it. As root: apt-get install bash')
  process.exit(2)
}

var installed = join(root, 'node_modules', '.package-lock.json')
var locked = join(root, 'package-lock.json')
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(locked).mtimeMs) {
  console.log('npm ci')
  var npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' })
  if (npm.status !== 0) process.exit(npm.status === null ? 1 : npm.status)
}

var child = spawn(process.execPath, ['--import', 'tsx', process.argv[2]].concat(process.argv.slice(3)), { cwd: root, stdio: 'inherit' })
var signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

signals.forEach(function (signal) {
  // A terminal sends Ctrl-C to the child as well; what comes to this process alone is passed on.
  process.on(signal, function () { if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal) })
})

child.on('exit', function (code, signal) {
  if (signal === null) process.exit(code)
  signals.forEach(function (each) { process.removeAllListeners(each) })
  process.kill(process.pid, signal)
})
