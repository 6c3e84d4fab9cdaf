import { randomBytes } from 'node:crypto'
import { asFailure, Failure } from '../engine/failure.mts'
import { anything, atLeast, oneOf, type Want } from '../engine/want.mts'
import { createSecret, readSecrets } from './file.mts'
import { checkTree, type GateReport } from './gate.mts'
import { offerHook } from './hook.mts'
import { newDeployKey } from './deploy-key.mts'
import { newIdentity } from './identity.mts'
import { findKeyring, keyringOf, type Keyring } from './keyring.mts'
import { Secret } from './secret.mts'
import { secretFiles } from './vault.mts'
import { newPrivateKey } from './wireguard-key.mts'
import type { Fact, State } from '../engine/claim.mts'

// 32 letters and digits without a sign that a shell, a URL or YAML would read otherwise: 190 bits.
const password = () => new Secret(randomBytes(64).toString('base64').replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 32))

/** What each concern's file starts with. */
const CONCERNS: Record<string, () => Promise<Record<string, Secret>>> = {
  argocd: async () => ({ 'admin-password': password(), 'deploy-key': newDeployKey() }),
  backup: async () => ({ identity: (await newIdentity()).identity }),
  monitoring: async () => ({ 'grafana-admin-password': password() }),
  postgres: async () => ({ password: password() }),
  wireguard: async () => ({ 'server-private-key': newPrivateKey(), 'probe-private-key': newPrivateKey() }),
}

const NAMES = Object.keys(CONCERNS)

/** The concerns that have a file in `secrets/`; a missing one is made with fresh values, one that is there left alone. */
export function files(folder: string, ask: (question: string) => Promise<string | undefined>): State<string[]> {
  return {
    read: async () => {
      const found = await secretFiles(folder)
      return NAMES.filter((name) => found.includes(`${name}.sops.yaml`))
    },
    want: NAMES,
    act: async (found = []) => {
      for (const name of NAMES.filter((each) => !found.includes(each))) {
        const stringData = await CONCERNS[name]?.() ?? {}
        await createSecret(folder, name, [{ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData }])
      }
      await offerHook(folder, ask)
    },
  }
}

export type Opened = {
  /** The number of values in each file that the operator's key opens. */
  readonly operator: Record<string, number>
  /** Whether the recovery key in RECOVERY_KEY opens all of them; `not typed` without one. */
  readonly recovery: string
}

/** What the two keys open, each on its own. */
export function opened(folder: string): Fact<Opened> {
  return async () => ({
    operator: Object.fromEntries(await values(folder, await findKeyring())),
    recovery: process.env.RECOVERY_KEY ? await values(folder, keyringOf(new Secret(process.env.RECOVERY_KEY.trim()))).then(() => 'opens all') : 'not typed',
  })
}

/** Holds when each concern's file opens for the operator and, when it was typed, for the recovery key. */
export const everything: Want<Opened> = {
  operator: { wants: `${NAMES.join(', ')}: one value at least`, matches: (found) => NAMES.every((name) => (found[name] ?? 0) > 0) },
  recovery: oneOf('opens all', 'not typed'),
}

/** What the gate says of the folder and of its whole history. */
export function gate(folder: string): Fact<GateReport> {
  return () => checkTree(folder)
}

/** Holds when the gate found nothing in clear. */
export const clean: Want<GateReport> = { files: anything(), versions: anything(), encrypted: atLeast(NAMES.length), problems: [] }

async function values(folder: string, keyring: Keyring): Promise<[string, number][]> {
  return Promise.all((await secretFiles(folder)).map(async (file): Promise<[string, number]> => {
    const found = await readSecrets(folder, `secrets/${file}`, keyring).catch((thrown) => {
      const { message, facts } = asFailure(thrown)
      throw new Failure(`secrets/${file}: ${message}`, facts)
    })
    return [file.replace(/\.sops\.yaml$/, ''), Object.keys(found).length]
  }))
}
