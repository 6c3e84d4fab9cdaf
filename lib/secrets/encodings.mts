// Shorter than this, a needle would hit ordinary words and redact the log instead of the secret.
const SHORTEST = 4

/** Every spelling of a value that tools print (as is, JSON, URL, hex, base64, shell quotes), without white space. */
export function encodings(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8')
  const json = JSON.stringify(value).slice(1, -1)
  const url = encodeURIComponent(value)
  const hex = bytes.toString('hex')
  const forms = [
    value,
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[<>&]/g, escapeUnicode),
    json.replace(/[^ -~]/g, escapeUnicode),
    // JSON inside JSON: a log line that quotes a request body.
    JSON.stringify(json).slice(1, -1),
    url,
    url.replaceAll('%20', '+'),
    url.replace(/%../g, (code) => code.toLowerCase()),
    url.replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    hex,
    hex.toUpperCase(),
    value.replaceAll("'", `'\\''`),
    value.replaceAll("'", `'"'"'`),
    value.replaceAll("'", `''`),
    value.replaceAll("'", `\\'`),
    // Bash's %q and double quotes, and the $'…' form zx prints.
    value.replace(/[^\w@%+=:,./-]/g, '\\$&'),
    value.replace(/["$`\\]/g, '\\$&'),
    value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r'),
    ...[0, 1, 2].flatMap((shift) => base64Core(bytes, shift)),
  ]
  return [...new Set(forms.map((form) => form.replace(/\s+/g, '')))].filter((form) => form.length >= SHORTEST)
}

/** The base64 and base64url characters that depend on these bytes alone, when `shift` other bytes stand before. */
function base64Core(bytes: Buffer, shift: number): string[] {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  const core = encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
  return [core, core.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(core)]
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
