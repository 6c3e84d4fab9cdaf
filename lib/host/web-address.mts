/** Whether something may be downloaded from there: https, or plain HTTP that stays on this machine; and no password in it. */
export function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.username === '' && url.password === '' && (url.protocol === 'https:' || isLoopback(url))
}

/** Whether an address is plain HTTP on this machine's own loopback. */
export function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname)
}

/** The name of the file at an address. */
export function fileName(url: URL): string {
  return decodeURIComponent(url.pathname.split('/').at(-1) ?? '')
}
