import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { encryptNew } from '../../lib/secrets/file.mts'
import { checkStaged, checkTree } from '../../lib/secrets/gate.mts'
import { plainSecrets } from '../../lib/secrets/plain-secret.mts'
import { writeRule } from '../../lib/secrets/rule.mts'

const test = suite('gate')
const recipients = await Promise.all([1, 2].map(async () => identityToRecipient(await generateX25519Identity())))
const base64 = (bytes: number): string => randomBytes(bytes).toString('base64')
// A value that begins with xxx is taken for a placeholder, and chance makes one now and then.
const letters = (length: number): string => `k${randomBytes(length * 2).toString('base64').replace(/[^A-Za-z0-9]/g, '')}`.slice(0, length)
const pem = (): string => String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
const openssh = (): string => {
  const [mark, name] = ['-----', 'OPENSSH PRIVATE KEY']
  return `${mark}BEGIN ${name}${mark}\n${base64(48)}\n${base64(48)}\n${mark}END ${name}${mark}\n`
}
const secretKind = `kind: ${'Secret'}`
const wireguard = (): string => `${randomBytes(32).toString('base64')}`

// Made anew each run, so that the test itself holds no secret the gate would find.
const canaries: Record<string, [string, () => string | Promise<string>]> = {
  'an age identity': ['keys.txt', generateX25519Identity],
  'an age identity in a comment of code': ['a.ts', async () => `// key ${await generateX25519Identity()}\n`],
  'a WireGuard key': ['wg0.conf', () => `[Interface]\nPrivateKey = ${wireguard()}\n`],
  'a WireGuard preshared key in YAML': ['wg.yaml', () => `peer:\n  presharedKey: ${wireguard()}\n`],
  'a kubeconfig client key': ['kubeconfig', () => `users:\n- user:\n    client-key-data: ${base64(120)}\n`],
  'a K3s server token': ['node-token', () => `K10${randomBytes(32).toString('hex')}::server:${randomBytes(16).toString('hex')}\n`],
  'a K3s token in an environment file': ['k3s.env', () => `K3S_TOKEN=${letters(24)}\n`],
  'a PEM key': ['tls.key', pem],
  'a PEM key inside JSON': ['a.json', () => JSON.stringify({ key: pem() })],
  'a PEM key in a YAML block': ['b.yaml', () => `tls:\n  key: |\n    ${pem().replaceAll('\n', '\n    ')}\n`],
  'an OpenSSH key': ['id_ed25519', openssh],
  'a password in a URL': ['dsn.txt', () => `postgresql://app:${letters(14)}@db.example.org:5432/app\n`],
  'a Kubernetes Secret with stringData': ['s.yaml', () => `apiVersion: v1\n${secretKind}\nmetadata:\n  name: x\nstringData:\n  password: letmein\n`],
  'a Kubernetes Secret with data, several documents': ['t.yaml', () => `a: 1\n---\n${secretKind}\ndata:\n  k: aGVsbG8=\n`],
  'a Kubernetes Secret in flow style': ['u.yaml', () => `{apiVersion: v1, ${secretKind}, metadata: {name: x}, data: {k: aGVsbG8=}}\n`],
  'a Kubernetes Secret in JSON': ['v.json', () => JSON.stringify({ kind: 'Secret', data: { k: 'aGVsbG8=' } })],
  'a Kubernetes Secret in a List': ['w.yaml', () => `kind: List\nitems:\n  - ${secretKind}\n    stringData: {k: v123}\n`],
  'a Kubernetes Secret in a Markdown fence': ['x.md', () => `# how\n\n\`\`\`yaml\n${secretKind}\nstringData:\n  k: letmein\n\`\`\`\n`],
  'a Kubernetes Secret in a template': ['y.tpl', () => `{{ if .x }}\n${secretKind}\nmetadata:\n  name: {{ .n }}\nstringData:\n  k: letmein\n{{ end }}\n`],
  'an SMTP password': ['alertmanager.yaml', () => `global:\n  smtp_auth_password: ${letters(16)}7\n`],
  'a quoted SMTP password': ['mail.ini', () => `smtp_password = "${letters(10)}-7b!"\n`],
  'an SMTP password made of words': ['am.yaml', () => `  smtp_auth_password: ${letters(20).replace(/[0-9]/g, 'k')}\n`],
  'a password of letters in an environment file': ['db.env', () => `export POSTGRES_PASSWORD='${letters(20).replace(/[0-9]/g, 'k')}'\n`],
  'a GitHub token in a URL': ['remote', () => `https://${'gh'}o_${letters(36)}@github.com/x/y\n`],
  'a GitHub token': ['.npmrc', () => `//registry/:_x=${'gh'}p_${letters(36)}\n`],
  'an AWS access key': ['aws.ini', () => `id = ${'AK'}IA${letters(40).toUpperCase().slice(0, 16)}\n`],
  'an AWS secret key': ['credentials', () => `aws_secret_access_key = ${letters(40)}\n`],
  'a signed token': ['sa.txt', () => `token ${['{"alg":"RS256"}', '{"sub":"system:x"}'].map((part) => Buffer.from(part).toString('base64url')).join('.')}.${letters(43)}\n`],
  'a database password': ['.env.sample', () => `PGPASSWORD=${letters(12)}9x\n`],
}

const innocent: Record<string, string> = {
  'a reference to a secret by name': 'env:\n  - name: PGPASSWORD\n    valueFrom: {secretKeyRef: {name: pg, key: password}}\n',
  'a placeholder': 'password: <your password>\nsmtp_password: ${SMTP_PASSWORD}\ntoken: changeme\nurl: postgres://user:password@host/db\n',
  'a password read in code': "const password = await readFile(path, 'utf8')\nconst token: string = randomBytes(16).toString('hex')\n",
  'a public key': 'PublicKey = 7Jkz0b0qfJ0n2mYQe4b7w3c9V8o1m2k3j4h5g6f7d8s=\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH\n',
  'an empty Kubernetes Secret': 'kind: Secret\nmetadata: {name: x}\ndata: {}\nstringData:\n  k: ""\n',
  'a checksum': 'sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n',
  'the name of a header': 'a text about -----BEGIN PRIVATE KEY----- and what follows it\n',
}

async function repository(files: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gate-'))
  git(folder, 'init', '-q', '-b', 'main')
  await writeRule(folder, recipients)
  for (const [path, text] of Object.entries(files)) await put(folder, path, text)
  return folder
}

async function put(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

function git(folder: string, ...args: string[]): void {
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], { stdio: 'pipe' })
}

for (const [name, [path, make]] of Object.entries(canaries)) {
  test(`${name} is found, and the report does not repeat it`, async () => {
    const text = await make()
    const folder = await repository({ [path]: text })
    const { problems } = await checkTree(folder)
    assert.ok(problems.length > 0 && problems.every((problem) => problem.startsWith(path)), problems.join())
    for (const word of text.split(/[\s"']+/).filter((word) => word.length > 20)) assert.not.match(problems.join(), word)
    await rm(folder, { recursive: true })
  })
}

for (const [name, text] of Object.entries(innocent)) test(`${name} is no secret`, () => assert.equal(plainSecrets(text), []))

test('a secret that was committed and removed again is found in the history', async () => {
  const folder = await repository()
  for (const [name, [path, make]] of Object.entries(canaries)) await put(folder, `${name}/${path}`, await make())
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', 'oops')
  git(folder, 'rm', '-rq', ...Object.keys(canaries))
  git(folder, 'commit', '-qm', 'gone')
  const { problems } = await checkTree(folder)
  const missed = Object.keys(canaries).filter((name) => !problems.some((problem) => problem.startsWith(`${name}/`)))
  assert.equal(missed, [])
  assert.ok(problems.every((problem) => problem.includes('in the history')))
  await rm(folder, { recursive: true })
})

test('a secret in a commit message and on another branch is found', async () => {
  const folder = await repository({ a: 'x' })
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', `key ${await generateX25519Identity()}`)
  git(folder, 'checkout', '-qb', 'side')
  await put(folder, 'b', await generateX25519Identity())
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', 'side')
  git(folder, 'checkout', '-q', 'main')
  const { problems } = await checkTree(folder)
  assert.is(problems.length, 2, problems.join())
  await rm(folder, { recursive: true })
})

test('the hook reads what is staged, not what lies beside it', async () => {
  const folder = await repository({ a: 'clean', b: await generateX25519Identity() })
  git(folder, 'add', 'a')
  assert.equal((await checkStaged(folder)).problems, [])
  await put(folder, 'a', await generateX25519Identity())
  git(folder, 'add', 'a')
  await put(folder, 'a', 'clean again, but the index is not')
  assert.is((await checkStaged(folder)).problems.length, 1)
  await rm(folder, { recursive: true })
})

const SECRET = `apiVersion: v1\n${secretKind}\nmetadata: {name: x}\nstringData:\n  k: v\n`
const good = await encryptNew(SECRET, recipients)
const faults: Record<string, [string, string, RegExp]> = {
  'a file that is not encrypted': ['a.sops.yaml', SECRET, /sops metadata not found/],
  'a file of another kind': ['notes.txt', 'x', /only \*\.sops\.yaml/],
  'a file for one recipient': ['a.sops.yaml', await encryptNew(SECRET, recipients.slice(0, 1)), /1 recipient/],
  'a file without a MAC': ['a.sops.yaml', good.replace(/ {4}mac: .*\n/, ''), /no MAC/],
  'a file under another rule': ['a.sops.yaml', good.replace('encrypted_regex: ^(data|stringData)$', 'encrypted_regex: ^data$'), /not encrypted under/],
  'a value put in by hand': ['a.sops.yaml', good.replace(/k: ENC.*/, 'k: v'), /stringData\.k stands in clear/],
  'a recipient that the rule does not name': ['a.sops.yaml', await encryptNew(SECRET, [...recipients, await identityToRecipient(await generateX25519Identity())]), /not in \.sops\.yaml/],
  'a file that is no YAML': ['a.sops.yaml', 'a: [', /cannot read the YAML/],
}

test('a file encrypted as the rule says is clean', async () => {
  const folder = await repository({ 'secrets/a.sops.yaml': good })
  assert.equal(await checkTree(folder), { files: 2, versions: 0, encrypted: 1, problems: [] })
  await rm(folder, { recursive: true })
})

for (const [name, [path, text, reason]] of Object.entries(faults)) {
  test(`${name} in secrets/ is a problem`, async () => {
    const folder = await repository({ [`secrets/${path}`]: text })
    assert.match((await checkTree(folder)).problems.join('\n'), reason)
    await rm(folder, { recursive: true })
  })
}

test('a folder without Git is read as a whole, links as links', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gate-'))
  await put(folder, 'a/b', await generateX25519Identity())
  await symlink('/etc/hostname', join(folder, 'link'))
  assert.is((await checkTree(folder)).problems.length, 1)
  await rm(folder, { recursive: true })
})

test('this repository holds no plain secret, now or in its history', async () => {
  assert.equal((await checkTree(join(import.meta.dirname, '../..'))).problems, [])
})

test.run()
