import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How a provider lets its customer in: a sudo user with the key, or root with it. */
export type FirstContact = 'sudo' | 'root'

/**
 * The folder that cloud-init reads at the first boot, written as providers do: the customer's key for the first
 * user, and passwords and root let in by ssh. Everyone's password is in `password` beside it.
 */
export async function seed(folder: string, publicKey: string, firstContact: FirstContact, user: string): Promise<string> {
  const path = join(folder, 'seed')
  await mkdir(path, { recursive: true, mode: 0o700 })
  const password = await labPassword(folder)
  // Always the same instance: a snapshot must not be taken for a new one, and a bare host has met none.
  await writeFile(join(path, 'meta-data'), 'instance-id: lab-vps\nlocal-hostname: lab-vps\n')
  await writeFile(join(path, 'user-data'), `#cloud-config\n${JSON.stringify(userData(publicKey, password, firstContact, user), null, 2)}\n`, { mode: 0o600 })
  return path
}

/** What the customer asked for and the provider added. JSON is YAML. */
export function userData(publicKey: string, password: string, firstContact: FirstContact, user: string): Record<string, unknown> {
  const people = firstContact === 'sudo' ? ['root', user] : ['root']
  return {
    users: firstContact === 'sudo' ? ['default'] : [],
    disable_root: firstContact === 'sudo',
    ssh_authorized_keys: [publicKey],
    ssh_pwauth: true,
    chpasswd: { expire: false, users: people.map(name => ({ name, password, type: 'text' })) },
    write_files: [{ path: '/etc/ssh/sshd_config.d/50-cloud-init.conf', content: 'PasswordAuthentication yes\nPermitRootLogin yes\n' }],
  }
}

async function labPassword(folder: string): Promise<string> {
  const path = join(folder, 'password')
  if (!existsSync(path)) await writeFile(path, `${randomBytes(12).toString('base64url')}\n`, { mode: 0o600 })
  return (await readFile(path, 'utf8')).trim()
}
