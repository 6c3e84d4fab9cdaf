/** A repeatable source of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const SCALARS = [
  'plain', '"quoted"', "'single'", '""', '~', 'null', '', '42', '-7', '+5', '0xff', '0o17', '017', '0b101', '1_000', '0x_ff', '08', '5.', '.5', '1e3', '1.5e-7',
  '1e+21', '-0.0', '1.0', '3.14', '.inf', '-.INF', '.nan', 'true', 'False', 'yes', 'no', 'y', 'on', '9223372036854775807', '-9223372036854775808',
  '123456789012345678901234567890', '-9223372036854775809', '1e400', '0b12', '0o8', '2024-01-02', '2024-1-2', '2024-02-30', '2024-01-02T03:04:05.120+02:00',
  '2024-01-02 03:04:05', '2024-01-02 03:04:05.5', '2024-01-02T03:04:05', '2024-01-02t03:04:05Z', '2024-01-02T03:04:05+00:00', '0000-01-01', '2024-01-02 03:04:05 +02:00',
  '"2024-01-02"', '"1_000"', '!!str 123', '!!int "7"', '!!float 3', '!!binary aGVsbG8=', '!!binary /////w==', '!foo bar', '!!timestamp "2024-01-02"', '!!bool "true"',
  '"héé ☃ 𝒳"', 'héé ☃ 𝒳', '"tab\\tend\\r\\n"', '"\\u0001\\u2028\\u0085"', "'it''s'", '"a: b"', 'a b  c', 'http://x:1/y#z', '1:30', '12:30:45', '=', '<<', '.', '..', '-', '- ', '+', '"- x"',
  '"#no comment"', '"ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]"', '{}', '[]', '0', '00', '0x', '1_', '_1', '0_7', '1e', 'e1', '.e1', '._1', '1.2.3', '0.1', '100000000000000000000000', '1E5', '.5E2', '6.02e23',
  '4.9e-324', '1.7976931348623157e308', '0.000001', '0.0000001', '123456789.123456789', '2024-01-02T03:04:05.123456789123Z', '2024-01-02T24:00:00Z', '2024-1-2T3:4:5Z', '0o', '0b', '-0x1F', '-017', '+0b11', '- 1'.slice(0, 1) + '1',
]
const BLOCKS = [
  '|\n  one\n  two', '|-\n  one\n\n  two', '|+\n  one\n  two\n\n', '>\n  folded\n  text\n\n  more', '>-\n  folded', '|2\n    indented\n  less', '|\n  -----BEGIN X-----\n  abc\n  -----END X-----',
]
const KEYS = ['a', 'b', 'c.d', '"e:f"', '"1"', '"true"', "''", 'data', 'stringData', 'x_unencrypted', '"g h"', 'uni☃', 'key-1', '/path', '"null"', '"2024-01-02"', 'n_', "'it''s'"]

/** Random YAML text with every kind of scalar, comment, collection and style; the same seed gives the same text. */
export function randomYaml(seed: number): string {
  const random = seeded(seed)
  const pick = <T,>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const chance = (of: number): boolean => random() < of
  const comment = (pad: string): string => (chance(0.12) ? `${pad}# ${pick(['note', 'sops:encrypt', 'ENC[', 'x: y', '☃'])} ${Math.floor(random() * 1e6)}\n` : '')
  const scalar = (): string => pick(SCALARS.filter((text) => !['- ', '-'].includes(text)))
  const flowScalar = (): string => pick(SCALARS.filter((text) => text !== '' && !/[,{}[\]#]|^!|^[-.<=+_]|: |:\d|^- |^"- |\/\//.test(text)))
  const block = (pad: string): string => pick(BLOCKS).split('\n').map((line, index) => (index > 0 && line !== '' ? pad + line : line)).join('\n').replace(/(\n+)$/, '$1')
  const inline = (): string => (chance(0.08) ? ` # inline ${Math.floor(random() * 1e6)}` : '')
  const flow = (): string => (chance(0.5) ? `[${flowScalar()}, ${flowScalar()}]` : `{k: ${flowScalar()}, "l m": ${flowScalar()}}`)

  const member = (pad: string, depth: number): string => {
    if (depth < 3 && chance(0.2)) return `\n${mapping(`${pad}  `, depth + 1)}`
    if (depth < 3 && chance(0.15)) return `\n${sequence(`${pad}  `, depth + 1)}`
    if (chance(0.1)) return ` ${block(pad)}\n`
    if (chance(0.08)) return ` ${flow()}${inline()}\n`
    return ` ${scalar()}${inline()}\n`
  }
  const mapping = (pad: string, depth: number): string => {
    const keys = KEYS.filter(() => chance(depth === 0 ? 0.5 : 0.2))
    return (keys.length > 0 ? keys : ['only']).map((key) => `${comment(pad)}${pad}${key}:${member(pad, depth)}`).join('') + comment(pad)
  }
  const sequence = (pad: string, depth: number): string => {
    return Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      if (depth < 3 && chance(0.2)) return `${comment(pad)}${pad}- k: ${scalar()}\n${pad}  l:${member(`${pad}  `, depth + 1)}`
      return `${comment(pad)}${pad}- ${chance(0.9) ? scalar() : block(pad)}\n`
    }).join('')
  }
  return Array.from({ length: chance(0.2) ? 2 : 1 }, () => mapping('', 0)).join('---\n')
}
