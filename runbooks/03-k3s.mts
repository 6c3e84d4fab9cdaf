#!/usr/bin/env -S npx tsx
// A closed server with a tunnel becomes a single-node Kubernetes that nobody reaches from outside.
// Touches: K3s and its folders, its unit, sqlite3, the wall, ufw; with --drill also trial objects, a reboot, the datastore.
// Never touches: anybody's workloads, the tunnel, sshd.

import { main, phase } from '../lib/engine/phase.mts'
import { kube } from '../lib/cluster/kube.mts'
import * as admission from '../lib/cluster/admission.mts'
import * as bindings from '../lib/cluster/bindings.mts'
import { dns } from '../lib/cluster/dns.mts'
import { encryption } from '../lib/cluster/encryption.mts'
import * as exposed from '../lib/cluster/exposed.mts'
import { ingress } from '../lib/cluster/ingress.mts'
import * as nodes from '../lib/cluster/node.mts'
import * as pods from '../lib/cluster/pods.mts'
import { policies } from '../lib/cluster/policies.mts'
import * as running from '../lib/cluster/running.mts'
import * as uids from '../lib/cluster/uids.mts'
import * as usage from '../lib/cluster/usage.mts'
import { volume } from '../lib/cluster/volume.mts'
import { web } from '../lib/cluster/web.mts'
import * as apt from '../lib/host/apt.mts'
import * as artifact from '../lib/host/artifact.mts'
import * as audit from '../lib/host/k3s-audit.mts'
import * as certificates from '../lib/host/k3s-certificates.mts'
import * as copy from '../lib/host/k3s-copy.mts'
import * as exposure from '../lib/host/exposure.mts'
import * as ground from '../lib/host/k3s-host.mts'
import * as k3sConfig from '../lib/host/k3s-config.mts'
import * as k3sInstall from '../lib/host/k3s.mts'
import * as kubeconfig from '../lib/host/kubeconfig.mts'
import * as reboot from '../lib/host/reboot.mts'
import * as restore from '../lib/host/k3s-restore.mts'
import * as secrets from '../lib/host/k3s-secrets.mts'
import { offerSnapshot } from '../lib/host/snapshot.mts'
import * as ufw from '../lib/host/ufw.mts'
import * as version from '../lib/host/k3s-version.mts'
import * as wall from '../lib/host/wall.mts'

export const k3s = phase('03-k3s', async ({ host, config, folder, ask, check, ensure, drill }) => {
  const api = kube(host)
  const open = exposed.ports(host, api)
  const living = uids.living(api)

  await check('K1', 'every artefact of K3s can be had, with its checksum', artifact.available(config, folder, 'k3s'), artifact.all(folder, 'k3s'))
  await ensure('K2', 'the wall lets in exactly the policy', wall.standing(host, config), { needs: ['K1'] })
  await ensure('K3', 'ufw allows exactly the policy, and what pods send', ufw.rules(host, config), { needs: ['K1'] })
  await check('K4', 'the host can carry K3s', ground.ground(host), ground.enough(config))
  await check('K5', 'there is no other Kubernetes, and its ports are free', ground.others(host), [])
  await check('K6', 'the pin is one step from what is installed', version.step(host, folder), version.possible)
  await ensure('K7', 'the tools that read the datastore are installed', apt.installed(host, ['openssl', 'sqlite3']), { needs: ['K1', 'K4', 'K5', 'K6'] })

  await ensure('K8', 'the artefacts are on the host, with their checksums', artifact.onHost(host, config, folder, 'k3s'), { needs: ['K7'] })
  await ensure('K9', 'before another version its state is copied', copy.beforeUpgrade(host, folder, () => offerSnapshot(config, ask)), { needs: ['K8'] })
  await ensure('K10', 'the configuration of K3s is exactly ours, and in force', k3sConfig.configured(host, config), { needs: ['K9'] })
  await ensure('K11', 'K3s is installed from them, enabled, behind the wall', k3sInstall.installed(host, folder), { needs: ['K2', 'K3', 'K10'] })

  await check('K12', 'the API and the kubelet run the pinned version', nodes.versions(api), nodes.pinnedTo(folder), { needs: ['K11'], within: '3m' })
  await check('K13', 'the one node is ready and takes pods', nodes.nodes(api), nodes.oneReady(k3sConfig.NODE), { needs: ['K12'], within: '3m' })
  await check('K14', 'every system pod is ready and quiet', pods.quiet(api), pods.allQuiet(), { needs: ['K13'], within: '6m' })
  await check('K15', 'kubelet and proxy run with our settings', running.settings(host, api), running.ours, { needs: ['K13'] })
  await check('K16', 'a privileged pod is refused', admission.privilegedPod(api), admission.refused(), { needs: ['K13'] })
  await check('K17', 'the audit log is written, and bounded', audit.auditLog(host), audit.keptAndBounded, { needs: ['K13'] })
  await check('K18', 'metrics-server measures the node', usage.usage(api), usage.measured(k3sConfig.NODE), { needs: ['K14'], within: '2m' })
  await check('K19', 'every Secret in the datastore is encrypted', secrets.atRest(host), secrets.encrypted, { needs: ['K7', 'K12'] })
  await check('K20', 'exactly the declared subjects may do everything', bindings.admins(api), bindings.declared(), { needs: ['K12'] })
  await check('K21', 'the cluster opens exactly the declared ports', exposed.exposed(api), exposed.declared(config), { needs: ['K14'] })

  await check('K22', 'of it only 80 and 443 answer outside, over IPv4', exposure.answering(host, config, 4, open), exposure.asDeclared(config), { needs: ['K12'] })
  await check('K23', 'of it only 80 and 443 answer outside, over IPv6', exposure.answering(host, config, 6, open), exposure.asDeclared(config), { needs: ['K12'] })
  await check('K24', 'in the tunnel the API answers, with a certificate for its address', kubeconfig.inTunnel(host, config, folder, api), kubeconfig.valid(config), { needs: ['K12'] })
  await check('K25', 'credentials and datastore are for root alone', kubeconfig.modes(host), kubeconfig.PRIVATE, { needs: ['K12'] })
  await ensure('K26', 'the operator\'s kubeconfig goes through the tunnel, and works', kubeconfig.operatorCopy(host, config), { needs: ['K24'] })
  await check('K27', 'no certificate ends within 90 days', certificates.soonest(host), certificates.notBefore(90), { needs: ['K7', 'K12'] })
  await ensure('K28', 'a copy of the state opens, and holds what the API holds', copy.copied(host, living), { needs: ['K7', 'K14', 'K18'] })

  await drill('K29', 'a pod resolves names', dns(api), { needs: ['K14'] })
  await drill('K30', 'a volume outlives its pod', volume(api), { needs: ['K14'] })
  await drill('K31', 'a test Ingress answers from outside on 80 and 443', ingress(host, api, web(config.HOST)), { needs: ['K14'] })
  await drill('K32', 'network policies are enforced', policies(host, api), { needs: ['K14'] })
  await drill('K33', 'a Secret is nowhere in the datastore in clear', encryption(host, api), { needs: ['K14'] })
  await drill('K34', 'after the loss of the datastore its copy gives the same objects back', restore.restored(host, living), { needs: ['K28'], within: '3m' })
  await drill('K35', 'after a reboot every pod is ready again, and all of it holds', reboot.replayAfter(host, pods.allReady(host, api)), { needs: ['K14'] })
})

export const rollback = phase('03-k3s', async ({ host, check, ensure }) => {
  await check('K36', 'the newest copy opens, and is whole', copy.whole(host), copy.usable)
  await ensure('K37', 'K3s has the version and the state of that copy', restore.back(host), { needs: ['K36'] })
  await check('K38', 'its API answers', kube(host).version, restore.answered, { needs: ['K37'], within: '3m' })
})

await main(import.meta, k3s, { '--rollback': { usage: '        version and state of the newest copy; what was written since is lost', phase: rollback } })
