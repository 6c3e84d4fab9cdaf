import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Containers } from './containers.mts'
import { runOnMachine } from './commands.mts'
import { CACHE } from './site.mts'

/**
 * Settings of this machine's own kernel that a lab can change, because a privileged container shares them: what the
 * container network, systemd and the kubelet set, then what a hardened host sets.
 */
export const SHARED = [
  'net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding', 'net.ipv6.conf.default.forwarding',
  'kernel.pid_max', 'fs.file-max', 'fs.nr_open',
  'vm.overcommit_memory', 'vm.panic_on_oom', 'kernel.panic', 'kernel.panic_on_oops',
  'fs.inotify.max_user_instances', 'fs.inotify.max_user_watches', 'fs.inotify.max_queued_events',
  'vm.swappiness', 'vm.mmap_min_addr', 'kernel.kptr_restrict', 'kernel.dmesg_restrict', 'kernel.sysrq', 'kernel.perf_event_paranoid',
  'kernel.randomize_va_space', 'kernel.unprivileged_bpf_disabled', 'kernel.yama.ptrace_scope', 'kernel.core_uses_pid',
  'net.core.bpf_jit_harden', 'fs.suid_dumpable', 'fs.protected_hardlinks', 'fs.protected_symlinks', 'fs.protected_fifos', 'fs.protected_regular',
]

/** How many inotify instances one Kubernetes node and its systemd want. */
export const INOTIFY_INSTANCES = 512

const INOTIFY = 'fs.inotify.max_user_instances'
const SAVED = join(CACHE, 'kernel.json')

/** The settings as they are now; what this kernel does not have is left out. */
export async function kernelSettings(names: readonly string[] = SHARED): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const path = procPath(name)
    if (existsSync(path)) found[name] = (await readFile(path, 'utf8')).trim()
  }
  return found
}

/** Whether a lab has been here, and the settings it found are kept. */
export function settingsAreKept(): boolean {
  return existsSync(SAVED)
}

/** Before a boot: keeps the settings as they were before the first lab, and makes room for inotify. */
export async function prepareKernel(): Promise<void> {
  if (!settingsAreKept()) {
    await mkdir(dirname(SAVED), { recursive: true })
    await writeFile(SAVED, `${JSON.stringify(await kernelSettings(), null, 2)}\n`)
  }
  if (await willRaiseInotify()) await writeFile(procPath(INOTIFY), String(INOTIFY_INSTANCES))
}

/** Whether the machine has fewer inotify instances than a lab wants, and may be given more. */
export async function willRaiseInotify(): Promise<boolean> {
  return process.getuid?.() === 0 && Number((await kernelSettings([INOTIFY]))[INOTIFY]) < INOTIFY_INSTANCES
}

/** The settings that differ from what was kept, as `[name, kept, now]`. */
export async function changedSettings(): Promise<[name: string, kept: string, now: string][]> {
  if (!settingsAreKept()) return []
  const kept = JSON.parse(await readFile(SAVED, 'utf8')) as Record<string, string>
  const now = await kernelSettings(Object.keys(kept))
  return Object.entries(kept).flatMap(([name, value]) => (now[name] === undefined || now[name] === value ? [] : [[name, value, now[name]]]))
}

/** Puts every kept setting back and reads it again; what would not go back is returned. */
export async function restoreKernelSettings(containers: Containers, image: () => Promise<string>): Promise<string[]> {
  for (const [name, kept] of await changedSettings()) {
    if (process.getuid?.() === 0) await writeFile(procPath(name), `${kept}\n`).catch(() => {})
    else await containers.attempt(runOnMachine(await image(), ['sysctl', '-w', `${name}=${kept}`]))
  }
  const stuck = (await changedSettings()).map(([name, kept, now]) => `${name} is ${now}, was ${kept}`)
  await rm(SAVED, { force: true })
  return stuck
}

function procPath(name: string): string {
  return join('/proc/sys', ...name.split('.'))
}
