import { ALLOWED } from './allowed.mts'
import { encryptionProblems } from './encrypted-file.mts'
import { isText, plainSecrets } from './plain-secret.mts'
import { historyEntries, stagedEntries, treeEntries, type Entry } from './repository.mts'
import { ruleFor } from './rule.mts'
import { createHash } from 'node:crypto'

/** What the gate read, and what it found: one sentence each, with the place and never the value. */
export type GateReport = { files: number; versions: number; encrypted: number; problems: string[] }

/** Reads a platform's folder, and the whole history of its repository, for secrets in clear and files not encrypted as the rule says. */
export async function checkTree(folder: string): Promise<GateReport> {
  const tree = await treeEntries(folder)
  const history = await historyEntries(folder)
  const now = await Promise.all(tree.map((entry) => judge(folder, entry)))
  const known = new Set(tree.map(({ bytes }) => contentHash(bytes)))
  const past = (history ?? []).filter(({ bytes }) => !known.has(contentHash(bytes))).flatMap(pastProblems)
  return { files: tree.length, versions: history?.length ?? 0, encrypted: tree.filter(isSecretFile).length, problems: [...now.flat(), ...past] }
}

/** The same for what the next commit would add: the pre-commit hook. */
export async function checkStaged(folder: string): Promise<GateReport> {
  const staged = await stagedEntries(folder)
  const problems = await Promise.all(staged.map((entry) => judge(folder, entry)))
  return { files: staged.length, versions: 0, encrypted: staged.filter(isSecretFile).length, problems: problems.flat() }
}

async function judge(folder: string, entry: Entry): Promise<string[]> {
  const plain = plainProblems(entry)
  if (!isSecretFile(entry)) return plain
  const wanted = await ruleFor(folder, `${folder}/${entry.path}`).catch((thrown: Error) => thrown)
  const rule = wanted instanceof Error ? [`${entry.path}: ${wanted.message}`] : []
  const form = encryptionProblems(entry.path, entry.bytes.toString('utf8'), wanted instanceof Error ? undefined : wanted)
  return [...plain, ...rule, ...form.map((problem) => `${entry.path}: ${problem}`)]
}

function plainProblems(entry: Entry): string[] {
  if (!isText(entry.bytes) || isAllowed(entry)) return []
  return plainSecrets(entry.bytes.toString('utf8')).map(({ what, line }) => `${entry.path}:${line}: ${what} in clear`)
}

function pastProblems(entry: Entry): string[] {
  const object = entry.object?.slice(0, 12) ?? ''
  return plainProblems(entry).map((problem) => `${problem}, in the history (git log --all --find-object=${object})`)
}

function isSecretFile({ path }: Entry): boolean {
  return path.startsWith('secrets/')
}

function isAllowed({ path, bytes }: Entry): boolean {
  const hash = contentHash(bytes)
  return ALLOWED.some((allowed) => path.endsWith(allowed.path) && hash === allowed.sha256)
}

function contentHash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
