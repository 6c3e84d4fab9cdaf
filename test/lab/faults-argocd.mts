import { ROOT } from './site.mts'
import type { Fault } from './fault.mts'

const [K, C] = ['kubectl -n argocd', 'kubectl -n canary']

// What the operator's folder has is what the server has; then one commit more, in both branches, so that only what it says is wrong.
const LATEST = 'git fetch -q origin && git reset -q --hard origin/main'
const PUSHED = 'git add gitops && git commit -q --no-verify -m fault && git push -q --force origin HEAD:main HEAD:drill'
const committed = (edit: string) => `${LATEST} && ${edit} && ${PUSHED}`

const runbook = (words: string) => `(cd ${ROOT} && node --import tsx ${words})`
// The same where what is wrong is what Argo CD has made of it.
const applied = (edit: string) => `${committed(edit)} && ${runbook('runbooks/04-argocd.mts --only A13,A15,A16')} > /dev/null`
const keptIn = (file: string, edit: string) => ({ operator: `cp ${file} ${file}.kept; ${edit}`, undo: `mv ${file}.kept ${file}` })
const deployKey = (file: string) => `${LATEST} && ${runbook('runbooks/secrets.mts set argocd stringData.deploy-key')} < ${file} > /dev/null`

const merged = (object: string, patch: string) => `${K} patch ${object} --type=merge -p '${patch}' > /dev/null`
const created = (object: string) => `printf %s '${object}' | kubectl apply -f - > /dev/null`
const PAUSED = `${K} annotate application canary argocd.argoproj.io/skip-reconcile=true > /dev/null`
// A hash as Argo CD keeps them, of a word that is in no file of secrets/.
const ANOTHER = '$2b$10$4M9avf8RjUBSg4rDZQtNDeikZSqbldS77pH4L44ZCCwNQTJlwMvha'

// The brackets keep it from finding the shell that says it.
const controller = (signal: string) => `pkill -${signal} -f '[a]rgocd-application-controller'`
const AWAY_FROM_GIT = 'nft "table inet fault { chain before { type filter hook forward priority -10; tcp dport 22 reject with tcp reset; }; }"'
const answered = (family: string) => `nft "table ${family} fault { chain before { type filter hook prerouting priority -160; iifname eth0 tcp dport 8443 reject with tcp reset; }; }"`

// Everything of the Application platform, from a folder's file that is not there: it has nothing to sync, and does it by itself.
const STRANGER = `${K} get application platform -o json | python3 -c '
import json, sys
found = json.load(sys.stdin)["spec"]
found["source"].update(path="gitops/canary", directory={"include": "nothing.yaml"})
print(json.dumps({"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "fault", "namespace": "argocd"}, "spec": found}))' | kubectl apply -f - > /dev/null`

const TRIES = `address=$(${K} get service argocd-server -o jsonpath='{.spec.clusterIP}'); for try in 1 2 3 4 5 6; do curl -sk -o /dev/null -H 'Content-Type: application/json' -d '{"username":"admin","password":"fault"}' "https://$address/api/v1/session"; done`

/** 04-argocd: every claim has a row at least. */
export const ARGOCD_FAULTS: readonly Fault[] = [
  { claim: 'A1', fault: 'the manifest\'s checksum is not the pinned one', ...keptIn('versions.yaml', 'sed -i "/argocd-install.yaml:/,/sha256:/s/sha256: ./sha256: 0/" versions.yaml') },
  { claim: 'A1', fault: 'the air-gap folder is not there', ...keptIn('.env', 'sed -i "s|^ARTIFACTS=.*|ARTIFACTS=/nowhere|" .env') },
  { claim: 'A2', fault: 'the Git server shows another host key than the pinned one', ...keptIn('.env', 'ssh-keygen -q -t ed25519 -N "" -f age/fault && sed -i "s|^GITOPS_HOST_KEY=.*|GITOPS_HOST_KEY=\\"$(cut -d" " -f 1,2 age/fault.pub)\\"|" .env; rm age/fault*') },
  { claim: 'A2', fault: 'there is no repository at the address', ...keptIn('.env', 'sed -i "/^GITOPS_URL=/s|platform|nowhere|" .env') },
  { claim: 'A2', fault: 'the repository has no such branch', ...keptIn('.env', 'sed -i "s|^GITOPS_BRANCH=.*|GITOPS_BRANCH=nowhere|" .env') },
  { claim: 'A3', fault: 'the Git server does not know the deploy key', operator: `ssh-keygen -q -t ed25519 -N "" -f age/fault && ${deployKey('age/fault')}; rm age/fault*` },
  { claim: 'A3', fault: 'the deploy key may push', operator: deployKey('id_ed25519') },
  { claim: 'A4', fault: 'an Application follows a branch of somebody else\'s', operator: committed('sed -i "s|targetRevision: v.*|targetRevision: main|" gitops/apps/prometheus-crds.yaml') },
  { claim: 'A4', fault: 'an Application reads another repository, unpinned', operator: committed('sed -i "/repoURL:/s|platform.git|prometheus-operator.git|" gitops/apps/platform.yaml') },
  { claim: 'A4', fault: 'an Application reads another\'s folder', operator: committed('sed -i "s|path: gitops/platform|path: gitops/canary|" gitops/apps/platform.yaml') },
  { claim: 'A5', fault: 'a private key was committed', operator: committed('ssh-keygen -q -t ed25519 -N "" -f gitops/notes') },
  { claim: 'A5', fault: 'a private key was committed, and taken away by the next commit', operator: `${committed('ssh-keygen -q -t ed25519 -N "" -f gitops/notes')} && git rm -q gitops/notes gitops/notes.pub && ${PUSHED}` },
  { claim: 'A6', fault: 'the namespace takes pods of any kind', server: 'kubectl label namespace argocd pod-security.kubernetes.io/enforce- > /dev/null' },
  { claim: 'A7', fault: 'the settings are gone, and nobody brings them back', server: `${controller('STOP')}; ${K} delete configmap argocd-cm > /dev/null`, undo: controller('CONT') },
  { claim: 'A8', fault: 'admin\'s password was changed by hand', server: merged('secret argocd-secret', `{"stringData":{"admin.password":"${ANOTHER}"}}`) },
  { claim: 'A8', fault: 'the initial password is told in the cluster', server: `${K} create secret generic argocd-initial-admin-secret --from-literal=password=fault > /dev/null` },
  { claim: 'A8', fault: 'another account has a password', server: merged('secret argocd-secret', `{"stringData":{"accounts.fault.password":"${ANOTHER}"}}`) },
  { claim: 'A9', fault: 'its key for the repository was exchanged', server: `ssh-keygen -q -t ed25519 -N "" -f /root/fault && ${K} patch secret git-server --type=merge -p "{\\"data\\":{\\"sshPrivateKey\\":\\"$(base64 -w 0 /root/fault)\\"}}" > /dev/null; rm /root/fault*` },
  { claim: 'A9', fault: 'any host key is good enough', server: merged('secret git-server', '{"stringData":{"insecure":"true"}}') },
  { claim: 'A9', fault: 'it has credentials for another server', server: `${K} create secret generic fault --from-literal=type=git --from-literal=url=ssh://git@fault.example.org/ > /dev/null && ${K} label secret fault argocd.argoproj.io/secret-type=repo-creds > /dev/null` },
  { claim: 'A9', fault: 'it knows the Git server by another host key', server: `ssh-keygen -q -t ed25519 -N "" -f /root/fault && ${K} patch configmap argocd-ssh-known-hosts-cm --type=merge -p "{\\"data\\":{\\"ssh_known_hosts\\":\\"fault.example.org $(cut -d' ' -f 1,2 /root/fault.pub)\\\\n\\"}}" > /dev/null; rm /root/fault*` },
  { claim: 'A10', fault: 'a component has another image', server: `${K} set image deployment argocd-server argocd-server=docker.io/rancher/mirrored-library-busybox:1.37.0 > /dev/null` },
  { claim: 'A10', fault: 'a component is started with another argument', server: `${K} patch deployment argocd-server --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--insecure"}]' > /dev/null` },
  { claim: 'A10', fault: 'the controller is scaled to nothing', server: `${K} scale statefulset argocd-application-controller --replicas=0 > /dev/null` },
  { claim: 'A10', fault: 'another workload stands beside it', server: `${K} create deployment fault --image=none > /dev/null` },
  { claim: 'A10', fault: 'one of its roles may do more', server: merged('role argocd-server', '{"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]}') },
  { claim: 'A10', fault: 'a service account of its namespace may read everything', server: 'kubectl create clusterrolebinding fault --clusterrole=view --serviceaccount=argocd:default > /dev/null' },
  { claim: 'A11', fault: 'the controller hangs', server: `${controller('STOP')}; ${K} wait --for=condition=Ready=false pod -l app.kubernetes.io/name=argocd-application-controller --timeout=120s > /dev/null` },
  { claim: 'A12', fault: 'somebody has tried passwords until nobody gets in', server: TRIES },
  { claim: 'A13', fault: 'the branch of the drills is elsewhere', operator: `${LATEST} && git push -q --force origin "$(git commit-tree -p HEAD -m fault 'HEAD^{tree}'):refs/heads/drill"` },
  { claim: 'A13', fault: 'there is no branch for the drills', operator: 'git push -q origin :drill' },
  { claim: 'A14', fault: 'the root follows another branch', server: merged('application root', '{"spec":{"source":{"targetRevision":"drill"}}}') },
  { claim: 'A14', fault: 'the root heals nothing any more', server: merged('application root', '{"spec":{"syncPolicy":{"automated":{"selfHeal":false}}}}') },
  { claim: 'A14', fault: 'there is no root', server: `${K} delete application root > /dev/null` },
  { claim: 'A15', fault: 'Argo CD does not reach the Git server', server: `${AWAY_FROM_GIT}; ${K} annotate application root argocd.argoproj.io/refresh=normal > /dev/null; timeout 150 sh -c "until ${K} get application root -o jsonpath='{.status.conditions}' | grep -q Error; do sleep 1; done"` },
  { claim: 'A16', fault: 'the canary may not have pods', server: `${C} create quota fault --hard=pods=0 > /dev/null && ${C} delete pods --all > /dev/null; sleep 5` },
  { claim: 'A17', fault: 'a window denies every sync', server: merged('appproject default', '{"spec":{"syncWindows":[{"kind":"deny","schedule":"* * * * *","duration":"24h","applications":["*"]}]}}') },
  { claim: 'A17', fault: 'an Application is not in Git', server: STRANGER },
  { claim: 'A17', fault: 'the canary is paused', server: PAUSED },
  { claim: 'A17', fault: 'what is changed by hand in the canary is ignored', server: merged('application canary', '{"spec":{"ignoreDifferences":[{"group":"apps","kind":"Deployment","jsonPointers":["/spec/template"]}]}}') },
  { claim: 'A17', fault: 'there is another project', server: created('{"apiVersion":"argoproj.io/v1alpha1","kind":"AppProject","metadata":{"name":"fault","namespace":"argocd"},"spec":{}}') },
  { claim: 'A17', fault: 'a set makes Applications', server: created('{"apiVersion":"argoproj.io/v1alpha1","kind":"ApplicationSet","metadata":{"name":"fault","namespace":"argocd"},"spec":{"generators":[],"template":{"metadata":{"name":"fault"},"spec":{"project":"default","destination":{}}}}}') },
  { claim: 'A18', fault: 'Git says that the canary does not heal', operator: applied('sed -i "s/selfHeal: true/selfHeal: false/" gitops/apps/canary.yaml') },
  { claim: 'A19', fault: 'a NodePort leads to Argo CD', server: `${K} create service nodeport fault --tcp=8080 > /dev/null` },
  { claim: 'A19', fault: 'an Ingress leads to Argo CD', server: `${K} create ingress fault --rule="argocd.example.org/*=argocd-server:443" > /dev/null` },
  { claim: 'A19', fault: 'Git lets everybody in to its pages', operator: applied('sed -i "/loadBalancerSourceRanges:/,+1d" gitops/argocd/argocd-ui.yaml') },
  { claim: 'A19', fault: 'a rule before the wall answers in its place', server: answered('ip') },
  { claim: 'A19', fault: 'a rule before the wall answers in its place over IPv6', server: answered('ip6') },
  { claim: 'A20', fault: 'a packet filter stands before its pages', server: 'nft "table inet fault { chain before { type filter hook prerouting priority -160; tcp dport 8443 drop; }; }"' },
  { claim: 'A21', fault: 'another route takes the canary\'s name', server: 'kubectl create ingress fault --class=traefik --annotation=traefik.ingress.kubernetes.io/router.priority=1000 --rule="canary.platform.internal/*=kubernetes:443" > /dev/null; sleep 3' },
  { claim: 'A22', fault: 'the canary is paused', server: PAUSED, drill: true },
  { claim: 'A23', fault: 'Argo CD does not reach the Git server', server: AWAY_FROM_GIT, drill: true },
  { claim: 'A24', fault: 'the old pods go before new ones serve', operator: applied('sed -i "/^    type: RollingUpdate/s/RollingUpdate/Recreate/; /^    rollingUpdate:/d; /^      max[SU]/d" gitops/canary/deployment.yaml'), drill: true },
  { claim: 'A25', fault: 'what was left for the next boot opens the namespace', server: "printf '[Unit]\\nAfter=k3s.service\\n[Service]\\nType=oneshot\\nExecStart=/bin/sh -c \"until kubectl label namespace argocd pod-security.kubernetes.io/enforce-; do sleep 1; done\"\\n[Install]\\nWantedBy=multi-user.target\\n' > /etc/systemd/system/fault.service && systemctl enable --quiet fault", undo: 'systemctl disable --quiet fault; rm /etc/systemd/system/fault.service', drill: true },
]
