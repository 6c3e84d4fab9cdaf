import { randomBytes } from 'node:crypto'
import { Secret } from '../secrets/secret.mts'
import { argocdSecrets } from './argocd-secret.mts'
import type { Fact } from '../engine/claim.mts'
import type { Want } from '../engine/want.mts'
import type { ArgoApi } from './argocd-api.mts'

export type Doors = { readonly password: string, readonly another: string }

/** Whether admin gets in with the password in `secrets/`, and with one that was made up just now; the right one last, so that no failed try is left counted. */
export function doors(api: ArgoApi, folder: string): Fact<Doors> {
  return async () => {
    const another = await api.login(new Secret(randomBytes(24).toString('hex')))
    return { another, password: await api.login((await argocdSecrets(folder)).password) }
  }
}

/** The one and no other. */
export const ONE_KEY: Want<Doors> = { password: 'accepted', another: 'refused' }
