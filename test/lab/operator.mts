import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

// What the runbooks run on the operator's machine, and the package of Debian and Ubuntu it comes in.
const TOOLS = { bash: 'bash', ssh: 'openssh-client', 'ssh-keygen': 'openssh-client', 'ssh-keyscan': 'openssh-client' }

/** The packages that the runbooks need on the operator's machine and that it does not have, by the commands on its path. */
export async function missingTools(path = process.env.PATH ?? ''): Promise<string[]> {
  const missing = new Set<string>()
  for (const [command, name] of Object.entries(TOOLS)) if (!await found(command, path)) missing.add(name)
  return [...missing]
}

async function found(command: string, path: string): Promise<boolean> {
  const looks = path.split(delimiter).map(folder => access(join(folder, command), constants.X_OK))
  return (await Promise.allSettled(looks)).some(({ status }) => status === 'fulfilled')
}
