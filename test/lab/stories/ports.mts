import type { Lab } from '../lab.mts'

/** Which of all 65,535 TCP ports of the host answer the stranger, such as `22 open`; what is walled off is silent. */
export async function answering({ stranger, ipv4, ipv6 }: Lab, family: 4 | 6): Promise<string[]> {
  const { stdout } = await stranger.exec('nmap "$2" -Pn -n -sS -p- -T4 --min-rate 5000 --max-retries 2 -oG - "$1"', family === 4 ? ipv4 : ipv6, family === 4 ? '-4' : '-6')
  return [...stdout.matchAll(/(\d+)\/(open|closed)\/tcp/g)].map(([, port, state]) => `${port} ${state}`)
}
