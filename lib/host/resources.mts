import { atLeast, type Want } from '../engine/want.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Host } from './host.mts'

export type Size = { cpus: number, memoryGB: number, diskGB: number }

/** What the machine has: processors, and memory and root file system in GB of 10⁹ bytes. */
export function size(host: Host): Fact<Size> {
  return async () => parseSize(await host.read('nproc; grep MemTotal: /proc/meminfo; df -B1 --output=size / | tail -n 1'))
}

/** Parses `nproc`, the MemTotal line of meminfo (KiB) and df's size (bytes), a line each. */
export function parseSize(text: string): Size {
  const [cpus = '', memory = '', disk = ''] = text.split('\n')
  const gigabytes = (bytes: number) => Math.round(bytes / 1e8) / 10
  return { cpus: Number(cpus), memoryGB: gigabytes(Number(/\d+/.exec(memory)?.[0]) * 1024), diskGB: gigabytes(Number(disk)) }
}

/** The configured minimum; a provider's "40 GB" loses up to a twentieth to the firmware and the file system. */
export function atLeastThe({ MIN_CPUS, MIN_MEMORY_GB, MIN_DISK_GB }: Config): Want<Size> {
  return { cpus: atLeast(MIN_CPUS), memoryGB: atLeast(MIN_MEMORY_GB * 0.95), diskGB: atLeast(MIN_DISK_GB * 0.95) }
}
