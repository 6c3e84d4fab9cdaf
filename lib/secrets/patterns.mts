/** A class of plain secrets: its name, and a pattern whose group `value` is the secret. */
export type Pattern = { name: string; regex: RegExp }

// A value as configuration files have it: bare, or in quotes that close again.
const ASSIGNED = String.raw`["']?\s*[:=]\s*`
const BASE64_KEY = String.raw`[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=`
const BEFORE = String.raw`(?<![A-Za-z0-9_])`

/** What never stands in clear in a repository; passwords are judged further by `looksReal`. */
export const PATTERNS: Pattern[] = [
  { name: 'age identity', regex: /AGE-SECRET-KEY-(?:PQ-)?1(?<value>[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})/gi },
  { name: 'WireGuard key', regex: new RegExp(`(?:private|preshared|shared|secret)[-_ ]?key${ASSIGNED}["']?(?<value>${BASE64_KEY})`, 'gi') },
  { name: 'kubeconfig client key', regex: /client-key-data["']?\s*:\s*["']?(?<value>[A-Za-z0-9+/]{40,}=*)/g },
  { name: 'K3s token', regex: /(?<value>K10[0-9a-f]{48,64}::[^\s"'`\\]{6,})/g },
  { name: 'K3s token', regex: new RegExp(`K3S_(?:AGENT_)?TOKEN${ASSIGNED}["']?(?<value>[^\\s"'\`]{8,})`, 'g') },
  { name: 'bootstrap token', regex: new RegExp(`${BEFORE}(?:agent-)?token${ASSIGNED}["']?(?<value>[a-z0-9]{6}\\.[a-z0-9]{16})(?![a-z0-9])`, 'g') },
  { name: 'private key', regex: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[\s"'+,>|]|\\[nr])*(?:[A-Za-z-]+: [^\n\\]*(?:[\s"'+,]|\\[nr])*)*(?<value>[A-Za-z0-9+/=]{16,})/g },
  { name: 'password in a URL', regex: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'`<>{}$]{1,64}:(?<value>[^\s/@"'`<>{}$]{3,128})@[\w.[-]/gi },
  { name: 'SMTP password', regex: /^[ \t-]*["']?[\w.]*(?:smtp|mail)[\w.]*pass\w*["']?\s*[:=]\s*["']?(?<value>[^\s"'`(){};,]{6,})["']?[ \t]*,?\r?$/gim },
  { name: 'password', regex: /^[ \t-]*(?:export[ \t]+)?[A-Z0-9_]*PASS(?:WORD|WD|PHRASE)?=["']?(?<value>[^\s"'`(){}]{6,})["']?[ \t]*\r?$/gm },
  { name: 'GitHub token', regex: new RegExp(`${BEFORE}(?<value>gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})`, 'g') },
  { name: 'GitLab token', regex: new RegExp(`${BEFORE}(?<value>gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,})`, 'g') },
  { name: 'AWS access key', regex: new RegExp(`${BEFORE}(?<value>(?:AKIA|ASIA)[0-9A-Z]{16})(?![0-9A-Z])`, 'g') },
  { name: 'AWS secret key', regex: new RegExp(`secret_?(?:access_?)?key${ASSIGNED}["']?(?<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`, 'gi') },
  { name: 'Slack token', regex: /(?<value>xox[abeoprs]-[0-9A-Za-z-]{20,})/g },
  { name: 'service token', regex: new RegExp(`${BEFORE}(?<value>AIza[0-9A-Za-z_-]{35}|npm_[A-Za-z0-9]{36}|sk_live_[0-9A-Za-z]{20,}|sk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}|hvs\\.[\\w-]{24,}|SG\\.[\\w-]{22}\\.[\\w-]{43})`, 'g') },
  { name: 'signed token', regex: new RegExp(`${BEFORE}(?<value>eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{16,})`, 'g') },
  { name: 'authorization header', regex: /authorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+(?<value>[A-Za-z0-9+/_=.-]{12,})/gi },
  { name: 'registry login', regex: /"auth"\s*:\s*"(?<value>[A-Za-z0-9+/]{12,}=*)"/g },
]

/** Assignments to a name that says secret; in prose and code most are none, so the value must look like one. */
export const PASSWORD = new RegExp(
  `(?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|credentials?)${ASSIGNED}(?:"(?<double>[^"\\n\\\\]{6,200})"|'(?<single>[^'\\n\\\\]{6,200})'|(?<bare>[^\\s"'\`,;\\\\]{6,200}))`,
  'gi',
)

/** Whether a value is none: empty of meaning, a reference to where the value is, or a placeholder in the docs. */
export function isPlaceholder(value: string): boolean {
  return (
    /^(?:[$%<{[(&*]|!secret|ENC\[|\.\.\.|x{3,}|\*+|env:|file:|ref:|vault:)/i.test(value) ||
    /^(?:<.*>|change[-_ ]?me.*|example.*|placeholder.*|redacted.*|your[-_].*|my[-_]?(?:pass|secret).*|password|passwd|pass|secret|token|user|string|unknown|undefined|none|null|true|false)$/i.test(value) ||
    /^(.)\1*$/.test(value) ||
    /\$\{|\{\{|\[redacted\]/.test(value)
  )
}

/** Whether a value has the look of a made-up password: letters and digits mixed, no code, no path, no sentence. */
export function looksReal(value: string): boolean {
  if (isPlaceholder(value) || value.length < 8) return false
  if (/[()<>{}\s;]|=>|::|^\/|^\.|^~|^https?:|\.(?:ya?ml|mts|ts|js|json|md|txt|key|pem|env)$/.test(value)) return false
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length
  return /[0-9]/.test(value) && /[A-Za-z]/.test(value) && (kinds >= 3 || value.length >= 12) && entropy(value) >= 2.8
}

/** Bits for each character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((bits, count) => bits - (count / text.length) * Math.log2(count / text.length), 0)
}
