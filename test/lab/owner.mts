import { readFile } from 'node:fs/promises'

/** This process as a label: its id and the tick it started at, because ids are used again. */
export async function self(): Promise<string> {
  return `${process.pid}-${await startTick(process.pid)}`
}

/** Whether the process behind a label still runs. A lab without an owner belongs to the person who made it. */
export async function alive(owner: string): Promise<boolean> {
  const [pid, tick] = owner.split('-')
  return tick !== undefined && await startTick(Number(pid)) === tick
}

async function startTick(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name in brackets may hold spaces; the start is the 20th field after it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
