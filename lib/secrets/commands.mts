import { join, relative } from 'node:path'
import { badInput, Failure } from '../engine/failure.mts'
import { withRecipients, withText, withValue } from './change.mts'
import { clearText } from './clear-text.mts'
import { edit, type EditSteps } from './editor.mts'
import { openSecret } from './file.mts'
import { checkStaged, checkTree } from './gate.mts'
import { parseKeyPath } from './key-path.mts'
import { readMetadata } from './metadata.mts'
import { ruleFor } from './rule.mts'
import { parseSource } from './source.mts'
import { readSecretFile, replaceFile, secretFiles } from './vault.mts'

/** The files in `secrets/`, each with its recipients and the time of its last change. */
export async function list(folder: string): Promise<string[]> {
  const names = await secretFiles(folder)
  const width = Math.max(0, ...names.map((name) => name.length))
  return Promise.all(
    names.map(async (name) => {
      const { groups, lastModified } = readMetadata(parseSource(await readSecretFile(join(folder, 'secrets', name))))
      return `${name.padEnd(width)}  ${groups.flat().length} recipients  ${lastModified}`
    }),
  )
}

/** The clear YAML of a file. */
export async function show(folder: string, name: string): Promise<string> {
  return clearText(await openSecret(folder, name))
}

/** Sets one value; the final line break of a one-line value is the shell's, not the secret's. */
export async function set(folder: string, name: string, keyPath: string, input: string): Promise<string> {
  const path = parseKeyPath(keyPath)
  const value = /^[^\n]*\n$/.test(input) ? input.replace(/\r?\n$/, '') : input
  if (value === '') throw badInput(`no value for ${keyPath} came on stdin`, { next: `printf %s "$VALUE" | npm run secrets -- set ${name} ${keyPath}` })
  const opened = await openSecret(folder, name)
  return write(folder, opened.path, opened.source.text, withValue(opened, path, value))
}

/** Opens a file in the editor and writes back what changed. */
export async function editFile(folder: string, name: string, again: EditSteps<string>['again']): Promise<string> {
  const opened = await openSecret(folder, name)
  const before = await readSecretFile(opened.path)
  return edit('secret.yaml', clearText(opened), {
    again,
    accept: async (edited) => {
      const text = withText(opened, edited)
      if ((await readSecretFile(opened.path)) !== before) throw badInput(`${name} was changed by someone else meanwhile; start again`)
      return write(folder, opened.path, before, text)
    },
  })
}

/** Rewraps files for the recipients of `.sops.yaml`; all of them without a name. */
export async function recipients(folder: string, name?: string): Promise<string[]> {
  const names = name === undefined ? (await secretFiles(folder)).map((file) => join('secrets', file)) : [name]
  const lines: string[] = []
  const losers = new Set<string>()
  for (const file of names) {
    const opened = await openSecret(folder, file)
    const { text, added, removed } = await withRecipients(opened, await ruleFor(folder, opened.path))
    const changes = [...added.map((recipient) => `+${recipient}`), ...removed.map((recipient) => `-${recipient}`)]
    lines.push(`${await write(folder, opened.path, opened.source.text, text)} ${changes.join(' ')}`.trim())
    removed.forEach((recipient) => losers.add(recipient))
  }
  return [...lines, ...[...losers].map((recipient) => `${recipient} has seen these values, and Git keeps them: give each one a new value`)]
}

/** Runs the gate; gives its summary, and throws with every problem when there is one. */
export async function check(folder: string, staged: boolean): Promise<string> {
  const { files, versions, encrypted, problems } = await (staged ? checkStaged(folder) : checkTree(folder))
  const read = staged ? `${files} staged files` : `${files} files, ${versions} versions in the history`
  if (problems.length > 0) {
    throw new Failure(`${problems.length} problems in ${read}`, { found: problems.join('\n           '), next: 'docs/secrets.md#the-gate-is-red' })
  }
  return `0 plain secrets in ${read}; ${encrypted} encrypted as the rule says`
}

async function write(folder: string, path: string, before: string, after: string): Promise<string> {
  const name = relative(folder, path)
  if (after === before) return `unchanged  ${name}`
  await replaceFile(path, after)
  return `changed    ${name}`
}
