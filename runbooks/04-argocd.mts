#!/usr/bin/env -S npx tsx
// What is in gitops/ is what runs: Argo CD comes to the cluster, and applies it from Git.
// Touches: the namespace argocd and Argo CD's own objects, the branch drill of the repository; with --drill also the canary, and a reboot.
// Never touches: the branch that Argo CD follows, the operator's working tree, what Git has for Argo CD to apply.

import { main, phase } from '../lib/engine/phase.mts'
import * as applications from '../lib/cluster/applications.mts'
import { admin } from '../lib/cluster/argocd-secret.mts'
import { argocd as argocdApi } from '../lib/cluster/argocd-api.mts'
import * as components from '../lib/cluster/argocd-components.mts'
import * as doors from '../lib/cluster/argocd-doors.mts'
import { credentials } from '../lib/cluster/argocd-repository.mts'
import { installed } from '../lib/cluster/argocd-installed.mts'
import * as login from '../lib/cluster/argocd-login.mts'
import { manifest } from '../lib/cluster/argocd-manifest.mts'
import { namespace } from '../lib/cluster/argocd-namespace.mts'
import { root } from '../lib/cluster/argocd-root.mts'
import { settings } from '../lib/cluster/argocd-settings.mts'
import * as ui from '../lib/cluster/argocd-ui.mts'
import * as automation from '../lib/cluster/automation.mts'
import { canaryBranch } from '../lib/cluster/canary-branch.mts'
import * as canary from '../lib/cluster/canary.mts'
import { commitServed } from '../lib/cluster/commit-served.mts'
import * as drift from '../lib/cluster/application-drift.mts'
import { declared } from '../lib/cluster/gitops.mts'
import { headRead } from '../lib/cluster/head-read.mts'
import { kube } from '../lib/cluster/kube.mts'
import { rollback } from '../lib/cluster/rollback.mts'
import { selfHeal } from '../lib/cluster/self-heal.mts'
import { settled } from '../lib/cluster/settled.mts'
import * as source from '../lib/cluster/source.mts'
import { web } from '../lib/cluster/web.mts'
import { anything } from '../lib/engine/want.mts'
import * as artifact from '../lib/host/artifact.mts'
import * as reboot from '../lib/host/reboot.mts'
import { repository } from '../lib/host/ssh-git.mts'

export const argocd = phase('04-argocd', async ({ host, config, folder, check, ensure, drill }) => {
  const cluster = kube(host)
  const api = argocdApi(host, cluster, folder)
  const git = repository(host, config)
  const inGit = declared(git, config)
  const install = manifest(config, folder)
  const pages = web(config.HOST, Infinity)
  const branch = canaryBranch(host, config, pages, cluster, inGit, git)

  await check('A1', 'every artefact of Argo CD can be had, with its checksum', artifact.available(config, folder, 'argocd'), artifact.all(folder, 'argocd'))
  await check('A2', 'the repository answers, with the pinned host key', source.head(git, config), anything())
  await check('A3', 'the deploy key may read it, and not write', source.rights(git, folder), source.READS, { needs: ['A2'] })
  await check('A4', 'every Application in it reads this repository, or a pinned version of another', source.sources(inGit, config), source.IN_ORDER, { needs: ['A2'] })
  await check('A5', 'no secret is in it, nor in its history', source.gate(git, config), source.CLEAN, { needs: ['A2'] })

  await ensure('A6', 'the namespace of Argo CD is there, closed to privileged pods', namespace(cluster), { needs: ['A1', 'A3', 'A4', 'A5'] })
  await ensure('A7', 'the settings it starts with are there', settings(cluster, inGit), { needs: ['A6'] })
  await ensure('A8', 'admin\'s password is the one in secrets/, and the initial one is gone', admin(cluster, folder), { needs: ['A6'] })
  await ensure('A9', 'its key for the repository is the one in secrets/, and the host key the pinned one', credentials(cluster, config, folder), { needs: ['A6'] })
  await ensure('A10', 'Argo CD is installed from its manifest, but for what Git owns', installed(cluster, install), { needs: ['A7', 'A8', 'A9'] })

  await check('A11', 'every component is available, at the pinned version', components.components(cluster, api, install), components.asPinned(folder), { needs: ['A10'], within: '5m' })
  await check('A12', 'admin\'s password logs in, and another does not', login.doors(api, folder), login.ONE_KEY, { needs: ['A11'] })
  await ensure('A13', 'the branch drill is where the branch is that Argo CD follows', source.drillBranch(git, config), { needs: ['A2'] })
  await ensure('A14', 'the root Application is the one in Git', root(cluster, inGit), { needs: ['A10', 'A13'] })

  await ensure('A15', 'Argo CD has read the repository at its head', headRead(cluster, inGit), { needs: ['A11', 'A14'], within: '3m' })
  await check('A16', 'every Application is synced with what Git has, and healthy', applications.synced(cluster, inGit, git), applications.everyOne, { needs: ['A13', 'A15'], within: '5m' })
  await check('A17', 'Applications, projects with their sync windows, pauses and ignored differences are exactly those in Git', drift.drift(cluster, inGit), drift.none, { needs: ['A14'], within: '1m' })
  await check('A18', 'every Application syncs, prunes and heals by itself', automation.automation(cluster), automation.allAlone, { needs: ['A14', 'A17'], within: '1m' })

  await check('A19', 'nobody reaches Argo CD from outside, over IPv4 or IPv6', doors.doors(host, config, cluster), doors.oneInTunnel(config), { needs: ['A16'], within: '2m' })
  await check('A20', 'in the tunnel its UI and API answer', ui.inTunnel(host, config, folder, cluster), ui.answeringAs(folder), { needs: ['A16'], within: '1m' })
  await check('A21', 'the canary is served outside, as Git has it', canary.served(host, pages, inGit), canary.asInGit, { needs: ['A16'], within: '1m' })

  await drill('A22', 'what is changed by hand comes back', selfHeal(cluster), { needs: ['A16', 'A18'] })
  await drill('A23', 'a commit is served', commitServed(branch, git), { needs: ['A16', 'A21'] })
  await drill('A24', 'a commit that cannot start is undone by its revert, and nobody notices', rollback(branch, git, cluster), { needs: ['A16', 'A21'] })
  await drill('A25', 'after a reboot every Application is synced and healthy again, and all of it holds', reboot.replayAfter(host, settled(host, cluster, inGit, git)), { needs: ['A16'] })
})

await main(import.meta, argocd)
