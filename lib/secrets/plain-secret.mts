import { lineOf, type Finding } from './finding.mts'
import { kubernetesSecrets } from './kubernetes-secret.mts'
import { isPlaceholder, looksReal, PASSWORD, PATTERNS } from './patterns.mts'

/** The plain secrets in a text, in the order of its lines. */
export function plainSecrets(text: string): Finding[] {
  const found = [...patternFindings(text), ...passwordFindings(text), ...kubernetesSecrets(text)]
  const unique = new Map(found.map((finding) => [`${finding.line} ${finding.what}`, finding]))
  return [...unique.values()].sort((a, b) => a.line - b.line)
}

/** Whether bytes are text worth reading: no zero byte near the start. */
export function isText(bytes: Buffer): boolean {
  return !bytes.subarray(0, 8000).includes(0)
}

function patternFindings(text: string): Finding[] {
  return PATTERNS.flatMap(({ name, regex }) =>
    [...text.matchAll(regex)]
      .filter(({ groups }) => !isPlaceholder(groups?.value ?? ''))
      .map(({ index }) => ({ what: name, line: lineOf(text, index) })),
  )
}

function passwordFindings(text: string): Finding[] {
  return [...text.matchAll(PASSWORD)]
    .filter(({ groups }) => looksReal(groups?.double ?? groups?.single ?? groups?.bare ?? ''))
    .map(({ index }) => ({ what: 'password', line: lineOf(text, index) }))
}
