#!/usr/bin/env -S npx tsx
// This machine becomes an operator: a configuration without problems, the server's host key pinned, the secrets encrypted.
// Touches: .env, known_hosts, .sops.yaml and secrets/ in the platform's folder, and the age key where sops looks for it.
// Never touches: the server, and what is already written.

import { main, phase } from '../lib/engine/phase.mts'
import { anything } from '../lib/engine/want.mts'
import * as configFile from '../lib/engine/config-file.mts'
import * as hostKey from '../lib/host/host-key.mts'
import * as concerns from '../lib/secrets/concerns.mts'
import * as operator from '../lib/secrets/operator.mts'
import * as recovery from '../lib/secrets/recovery.mts'

export const prepare = phase('00-prepare', async ({ folder, ask, check, ensure }) => {
  await ensure('S1', 'there is a configuration', configFile.present(folder, ask))
  await check('S2', 'the configuration has no problem', configFile.host(folder), anything(), { needs: ['S1'] })
  await ensure('S3', 'the server\'s host key is pinned', hostKey.pinned(folder, ask), { needs: ['S2'] })
  await check('S4', 'the server shows the pinned key', hostKey.offered(folder), true, { needs: ['S3'] })

  await ensure('S5', 'the operator has an age key', operator.identity(), { needs: ['S2'] })
  await ensure('S6', 'new secrets are for the operator and the recovery key', recovery.rule(folder, ask), { needs: ['S5'] })
  await ensure('S7', 'each concern has its encrypted file', concerns.files(folder, ask), { needs: ['S6'] })
  await check('S8', 'every secret opens with the operator\'s key', concerns.opened(folder), concerns.everything, { needs: ['S7'] })
  await check('S9', 'no secret is in clear, in the tree or in its history', concerns.gate(folder), concerns.clean, { needs: ['S7'] })
  await ensure('S10', 'keys and settings are closed to others', operator.modes(folder), { needs: ['S2'] })
}, { on: 'operator' })

await main(import.meta, prepare)
