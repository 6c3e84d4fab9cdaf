import bcrypt from 'bcryptjs'
import { badInput } from '../engine/failure.mts'
import { readSecrets } from '../secrets/file.mts'
import { Secret } from '../secrets/secret.mts'
import { ARGOCD } from './argocd-namespace.mts'
import type { State } from '../engine/claim.mts'
import type { Kube } from './kube.mts'
import type { Manifest } from './manifest.mts'

const SECRET: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: ARGOCD, name: 'argocd-secret' } }
const INITIAL: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: ARGOCD, name: 'argocd-initial-admin-secret' } }
// Argo CD finds its own by this label.
const LABELS = { 'app.kubernetes.io/name': 'argocd-secret', 'app.kubernetes.io/part-of': 'argocd' }
// What Argo CD itself keeps there. More would be another account's password, a token of admin's, or a webhook's key.
const KNOWN = ['admin.password', 'admin.passwordMtime', 'server.secretkey', 'tls.crt', 'tls.key']

export type Admin = {
  readonly password: string
  /** Whether the password that Argo CD would make up is still told in the cluster. */
  readonly initial: string
  /** What else the Secret lets in. */
  readonly others: readonly string[]
}

/** The deploy key and admin's password, from `secrets/argocd.sops.yaml`; throws bad input where one is not there. */
export async function argocdSecrets(folder: string): Promise<{ password: Secret, key: Secret }> {
  const { 'admin-password': password, 'deploy-key': key } = await readSecrets(folder, 'argocd')
  if (password && key) return { password, key }
  const missing = [...(password ? [] : ['admin-password']), ...(key ? [] : ['deploy-key'])]
  throw badInput(`secrets/argocd.sops.yaml lacks ${missing.join(' and ')}`, { next: 'npm run secrets -- set argocd stringData.deploy-key takes it on stdin; docs/04-argocd.md#before tells how to make one' })
}

/** Admin's password as Argo CD keeps it, and nothing beside it that lets anybody in; one that was changed by hand is changed back. */
export function admin(kube: Kube, folder: string): State<Admin> {
  return {
    async read() {
      const [{ password }, found, initial] = [await argocdSecrets(folder), await kube.find(SECRET), await kube.find(INITIAL)]
      const data = (found?.data ?? {}) as Record<string, string>
      const hash = Buffer.from(data['admin.password'] ?? '', 'base64').toString()
      const same = hash !== '' && await bcrypt.compare(password.reveal(), hash)
      return {
        password: same ? 'as in secrets/' : hash === '' ? 'absent' : 'another one', initial: initial ? 'there' : 'gone',
        others: Object.keys(data).filter(key => !KNOWN.includes(key)).sort(),
      }
    },
    want: { password: 'as in secrets/', initial: 'gone', others: [] },
    async act(found) {
      const { password } = await argocdSecrets(folder)
      await kube.apply({ ...SECRET, metadata: { ...SECRET.metadata, labels: LABELS }, type: 'Opaque' })
      await kube.merge({ ...SECRET, data: {
        ...found?.password === 'as in secrets/' ? {} : await hashed(password, new Date()),
        ...Object.fromEntries((found?.others ?? []).map(key => [key, null])),
      } })
      await kube.remove(INITIAL)
    },
  }
}

/** A password as Argo CD keeps it; who logged in before that time has to log in again. */
async function hashed(password: Secret, now: Date): Promise<Record<string, Secret>> {
  const encoded = (text: string) => new Secret(Buffer.from(text).toString('base64'))
  return { 'admin.password': encoded(await bcrypt.hash(password.reveal(), 10)), 'admin.passwordMtime': encoded(now.toISOString().replace(/\.\d+Z$/, 'Z')) }
}
