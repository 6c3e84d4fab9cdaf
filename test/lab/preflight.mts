import { existsSync } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { homedir, totalmem } from 'node:os'
import { $ } from 'zx'
import type { Engine } from './containers.mts'
import { INOTIFY_INSTANCES, kernelSettings } from './kernel.mts'
import { missingTools } from './operator.mts'

/** One look at this machine; with a fix, something is in the way. */
export type Look = { readonly what: string, readonly found: string, readonly fix?: string }

/** What a lab needs of this machine, one line each, with a fix for what is missing. */
export async function preflight(engine: Engine | undefined): Promise<Look[]> {
  const memory = totalmem() / 2 ** 30
  const { bavail, bsize } = await statfs(homedir())
  const disk = bavail * bsize / 2 ** 30
  const settings = await kernelSettings(['fs.inotify.max_user_instances', 'net.ipv6.conf.all.disable_ipv6'])
  const instances = Number(settings['fs.inotify.max_user_instances'] ?? 0)
  const isRoot = process.getuid?.() === 0
  const tools = (await missingTools()).join(' ')
  return [
    look('containers', engine ?? 'none', engine !== undefined, 'install Docker and join its group, or run this as root on Debian or Ubuntu'),
    // Root has them installed with the rest.
    look('operator\'s tools', tools === '' ? 'yes' : 'missing', isRoot || tools === '', `sudo apt-get install ${tools}`),
    look('memory', `${memory.toFixed(1)} GB`, memory >= 3.5, 'the lab needs 4 GB'),
    look('disk', `${disk.toFixed(0)} GB free`, disk >= 12, 'free 12 GB, or point XDG_CACHE_HOME elsewhere'),
    look('inotify instances', String(instances), isRoot || instances >= INOTIFY_INSTANCES, `sudo sysctl fs.inotify.max_user_instances=${INOTIFY_INSTANCES}`),
    look('IPv6', settings['net.ipv6.conf.all.disable_ipv6'] ?? 'absent', settings['net.ipv6.conf.all.disable_ipv6'] === '0', 'sudo sysctl net.ipv6.conf.all.disable_ipv6=0'),
    look('kernel: tun', existsSync('/dev/net/tun') ? 'yes' : 'no', existsSync('/dev/net/tun'), 'sudo modprobe tun'),
    await feature('overlay', (await readFile('/proc/filesystems', 'utf8')).includes('overlay')),
    await feature('nf_tables', existsSync('/sys/module/nf_tables')),
  ]
}

async function feature(module: string, loaded: boolean): Promise<Look> {
  const there = loaded || await loadable(module)
  return look(`kernel: ${module}`, there ? 'yes' : 'no', there, `sudo modprobe ${module}, or boot a kernel that has it`)
}

// A module is found by modprobe; what is built in and says nothing of itself is found in the kernel's configuration.
async function loadable(module: string): Promise<boolean> {
  const option = { overlay: 'OVERLAY_FS', nf_tables: 'NF_TABLES' }[module] ?? ''
  const script = 'modprobe -n -q "$1" 2>/dev/null || { zcat /proc/config.gz 2>/dev/null || cat "/boot/config-$(uname -r)" 2>/dev/null; } | grep -q "^CONFIG_$2="'
  return (await $({ nothrow: true, quiet: true })`PATH=$PATH:/sbin:/usr/sbin sh -c ${script} sh ${module} ${option}`).exitCode === 0
}

function look(what: string, found: string, holds: boolean, fix: string): Look {
  return { what, found, ...(!holds && { fix }) }
}
