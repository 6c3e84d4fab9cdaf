/** The secret shared over GF(2^8) with polynomial 0x11b; a share is its bytes and then its x. */
export function combine(shares: Buffer[]): Buffer {
  const length = (shares[0]?.length ?? 1) - 1
  const points = shares.map((share) => share[length] ?? 0)
  if (length < 1 || shares.some((share) => share.length !== length + 1)) throw new Error('all parts must be the same length')
  if (new Set(points).size !== points.length || points.includes(0)) throw new Error('duplicate part detected')
  const weights = points.map((x, index) => weight(x, points.filter((_, other) => other !== index)))
  const at = (byte: number): number => shares.reduce((sum, share, index) => sum ^ multiply(share[byte] ?? 0, weights[index] ?? 0), 0)
  return Buffer.from(Array.from({ length }, (_, byte) => at(byte)))
}

/** Lagrange's weight of a point at zero. */
function weight(x: number, others: number[]): number {
  return others.reduce((product, other) => multiply(product, multiply(other, inverse(x ^ other))), 1)
}

function multiply(left: number, right: number): number {
  let product = 0
  for (let [a, b] = [left, right]; b > 0; b >>= 1) {
    if (b & 1) product ^= a
    a = (a << 1) ^ (a & 0x80 ? 0x11b : 0)
  }
  return product
}

/** a^254, which is a^-1 in a field of 256. */
function inverse(a: number): number {
  let power = 1
  for (let count = 0; count < 254; count++) power = multiply(power, a)
  return power
}
