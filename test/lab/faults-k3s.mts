import type { Fault } from './fault.mts'

const CONFIG = '/etc/rancher/k3s/config.yaml'
const COPIES = '/var/lib/runbooks/k3s/copies'
const TLS = '/var/lib/rancher/k3s/server/tls'

// K3s is started with another setting, and the file is put back: what runs is not what is written.
const restartedWith = (edit: string) => `cp -p ${CONFIG} /root/config.yaml && sed -i '${edit}' ${CONFIG} && systemctl restart k3s; cp -p /root/config.yaml ${CONFIG}`

// By what each Deployment knows its pods.
const PODS = { coredns: 'k8s-app=kube-dns', traefik: 'app.kubernetes.io/name=traefik', 'local-path-provisioner': 'app=local-path-provisioner' } as const

const scaled = (deployment: keyof typeof PODS) => `kubectl -n kube-system scale deployment ${deployment} --replicas=0 && kubectl -n kube-system wait --for=delete pod -l '${PODS[deployment]}' --timeout=60s`

// As a cluster without encryption would have written it.
const CLEAR = `{"kind":"Secret","apiVersion":"v1","metadata":{"name":"fault","namespace":"default","uid":"0f0f0f0f-0000-4000-8000-000000000000","creationTimestamp":"$(date -u +%FT%TZ)"},"type":"Opaque"}`

// What is encrypted can still be read, and what is written is not encrypted.
const IN_CLEAR = `
python3 -c '
import json
config = json.load(open("/var/lib/rancher/k3s/server/cred/encryption-config.json"))
config["resources"][0]["providers"].reverse()
json.dump(config, open("/root/clear.json", "w"))' &&
sed -i 's#^kube-apiserver-arg:#&\\n  - encryption-provider-config=/root/clear.json#' ${CONFIG} && systemctl restart k3s`

const dropped = (how: string) => `nft "table inet fault { chain in { type filter hook input priority 1; ${how} drop; }; }"`

/** 03-k3s: every claim has a row at least. */
export const K3S_FAULTS: readonly Fault[] = [
  { claim: 'K1', fault: 'an artefact\'s checksum is not the pinned one', operator: 'cp versions.yaml versions.kept; sed -i "0,/sha256: ./s//sha256: 0/" versions.yaml', undo: 'mv versions.kept versions.yaml' },
  { claim: 'K1', fault: 'the air-gap folder is not there', operator: 'cp .env .env.kept; sed -i "s|^ARTIFACTS=.*|ARTIFACTS=/nowhere|" .env', undo: 'mv .env.kept .env' },
  { claim: 'K2', fault: 'the wall lets the API in from everywhere', server: 'nft insert rule inet wall before tcp dport 6443 accept' },
  { claim: 'K3', fault: 'ufw refuses what pods send to the API', server: 'ufw delete allow in on cni0 from 10.42.0.0/16 > /dev/null' },
  { claim: 'K4', fault: 'the kernel would go on after an oops', server: 'sysctl -q -w kernel.panic_on_oops=0' },
  { claim: 'K5', fault: 'another Kubernetes was tried on the host', server: 'mkdir -p /etc/kubernetes && touch /etc/kubernetes/admin.conf' },
  { claim: 'K6', fault: 'the pin skips a minor version', operator: 'cp versions.yaml versions.kept; sed -i "s/v1\\.36\\.[0-9]*+k3s1/v1.38.1+k3s1/" versions.yaml', undo: 'mv versions.kept versions.yaml' },
  { claim: 'K6', fault: 'the pin goes back', operator: 'cp versions.yaml versions.kept; sed -i "s/v1\\.36\\.[0-9]*+k3s1/v1.36.1+k3s1/" versions.yaml', undo: 'mv versions.kept versions.yaml' },
  { claim: 'K7', fault: 'sqlite3 was removed', server: 'dpkg --remove --force-depends sqlite3 > /dev/null 2>&1' },
  { claim: 'K8', fault: 'the installer on the host was changed', server: 'for file in /var/lib/runbooks/artifacts/k3s/*/install.sh; do echo "# fault" >> "$file"; done' },
  { claim: 'K9', fault: 'another version is installed, and its state has no copy', server: `mv /usr/local/bin/k3s /usr/local/bin/k3s.kept; printf '#!/bin/sh\\necho "k3s version v1.36.2+k3s1"\\n' > /usr/local/bin/k3s; chmod 755 /usr/local/bin/k3s`, undo: 'mv -f /usr/local/bin/k3s.kept /usr/local/bin/k3s' },
  { claim: 'K10', fault: 'the configuration was edited by hand', server: `sed -i 's/secrets-encryption: true/secrets-encryption: false/' ${CONFIG}` },
  { claim: 'K10', fault: 'another file adds to the configuration', server: `mkdir -p ${CONFIG}.d && echo 'disable-network-policy: true' > ${CONFIG}.d/extra.yaml` },
  { claim: 'K11', fault: 'K3s does not come at boot', server: 'systemctl disable --quiet k3s' },
  { claim: 'K11', fault: 'a drop-in starts K3s without the wall', server: 'rm /etc/systemd/system/k3s.service.d/wall.conf && systemctl daemon-reload' },
  { claim: 'K11', fault: 'a drop-in gives K3s another argument', server: `printf '[Service]\\nExecStart=\\nExecStart=/usr/local/bin/k3s server --disable-network-policy\\n' > /etc/systemd/system/k3s.service.d/zz.conf && systemctl daemon-reload` },
  { claim: 'K12', fault: 'another version runs than is installed', server: 'cp -p /usr/local/bin/k3s /usr/local/bin/k3s.kept && sed -i s/v1.36.3+k3s1/v1.36.2+k3s1/g /usr/local/bin/k3s && systemctl restart k3s; mv -f /usr/local/bin/k3s.kept /usr/local/bin/k3s' },
  { claim: 'K13', fault: 'the node takes no pods', server: 'kubectl cordon platform > /dev/null' },
  { claim: 'K13', fault: 'the network of the pods is not configured', server: 'rm /var/lib/rancher/k3s/agent/etc/cni/net.d/*.conflist; timeout 90 sh -c "until kubectl get node platform | grep -q NotReady; do sleep 1; done"' },
  { claim: 'K14', fault: 'a system pod is gone', server: scaled('local-path-provisioner') },
  { claim: 'K15', fault: 'the kubelet runs with another setting than is written', server: restartedWith('s/container-log-max-size=10Mi/container-log-max-size=90Mi/') },
  { claim: 'K15', fault: 'NodePorts answer on every address', server: restartedWith('s#nodeport-addresses=127.0.0.0/8#nodeport-addresses=0.0.0.0/0#') },
  { claim: 'K16', fault: 'a namespace takes privileged pods', server: 'kubectl label namespace default pod-security.kubernetes.io/enforce=privileged > /dev/null' },
  { claim: 'K17', fault: 'the audit log is gone', server: 'rm -rf /var/lib/rancher/k3s/server/logs' },
  { claim: 'K18', fault: 'metrics-server is not asked', server: `kubectl patch apiservice v1beta1.metrics.k8s.io --type=merge -p '{"spec":{"service":{"name":"nobody"}}}' > /dev/null; sleep 3` },
  { claim: 'K19', fault: 'a Secret was written before encryption was on', server: `sqlite3 -cmd '.timeout 10000' /var/lib/rancher/k3s/server/db/state.db "INSERT INTO kine(name, created, deleted, create_revision, prev_revision, lease, value, old_value) VALUES('/registry/secrets/default/fault', 1, 0, 0, 0, 0, CAST('${CLEAR.replaceAll('"', '\\"')}' AS BLOB), NULL)"; sleep 2` },
  { claim: 'K20', fault: 'a service account may do everything', server: 'kubectl create clusterrolebinding fault --clusterrole=cluster-admin --serviceaccount=default:default > /dev/null' },
  { claim: 'K20', fault: 'a role by another name may do everything', server: 'kubectl create clusterrole fault --verb="*" --resource="*.*" > /dev/null && kubectl create clusterrolebinding fault --clusterrole=fault --group=fault > /dev/null' },
  { claim: 'K21', fault: 'a Service has a NodePort', server: 'kubectl create service nodeport fault --tcp=8080 > /dev/null' },
  { claim: 'K22', fault: 'a rule before the wall answers on a NodePort', server: 'nft "table ip fault { chain before { type filter hook prerouting priority -160; iifname eth0 tcp dport 30080 reject with tcp reset; }; }"' },
  { claim: 'K23', fault: 'a rule before the wall answers on a NodePort over IPv6', server: 'nft "table ip6 fault { chain before { type filter hook prerouting priority -160; iifname eth0 tcp dport 30080 reject with tcp reset; }; }"' },
  { claim: 'K24', fault: 'the API is silent in the tunnel', server: dropped('ip daddr 10.8.0.1 tcp dport 6443') },
  { claim: 'K25', fault: 'everybody on the host can read the administrator\'s credentials', server: 'chmod 644 /etc/rancher/k3s/k3s.yaml' },
  { claim: 'K26', fault: 'others can read the operator\'s kubeconfig', operator: 'chmod 644 kubeconfig' },
  { claim: 'K27', fault: 'a certificate ends next month', server: `cd ${TLS} && openssl req -new -key client-scheduler.key -subj /CN=system:kube-scheduler -out /root/fault.csr && openssl x509 -req -in /root/fault.csr -CA client-ca.crt -CAkey client-ca.key -CAcreateserial -CAserial /root/fault.srl -days 30 -out client-scheduler.crt` },
  { claim: 'K28', fault: 'the newest copy is damaged', server: `copy=${COPIES}/$(ls ${COPIES} | sort | tail -n 1)/state.db; dd if=/dev/zero of="$copy" bs=4096 seek=3 count=20 conv=notrunc 2> /dev/null` },
  { claim: 'K29', fault: 'names are not resolved', server: scaled('coredns'), drill: true },
  { claim: 'K30', fault: 'nobody makes volumes', server: scaled('local-path-provisioner'), drill: true },
  { claim: 'K31', fault: 'nobody carries what comes in', server: scaled('traefik'), drill: true },
  { claim: 'K32', fault: 'no controller enforces network policies', operator: 'cp .env .env.kept; sed -i "/^WAIVE=/s/,K32//" .env', undo: 'mv .env.kept .env', drill: true },
  { claim: 'K33', fault: 'Secrets are written in clear', server: IN_CLEAR, drill: true },
  { claim: 'K34', fault: 'the tool that copies gives an older state', server: `sqlite3 /var/lib/rancher/k3s/server/db/state.db ".backup '/root/older.db'" && kubectl create configmap fault > /dev/null && printf '#!/bin/sh\\ncase "$*" in *.backup*) shift; exec /usr/bin/sqlite3 /root/older.db "$@" ;; *) exec /usr/bin/sqlite3 "$@" ;; esac\\n' > /usr/local/bin/sqlite3 && chmod 755 /usr/local/bin/sqlite3`, drill: true },
  { claim: 'K35', fault: 'what was left for the next boot changes the configuration', server: "printf '[Service]\\nType=oneshot\\nExecStart=/bin/sh -c \"echo debug: true >> /etc/rancher/k3s/config.yaml\"\\n[Install]\\nWantedBy=multi-user.target\\n' > /etc/systemd/system/fault.service && systemctl enable --quiet fault", undo: 'systemctl disable --quiet fault; rm /etc/systemd/system/fault.service', drill: true },
  { claim: 'K36', fault: 'the newest copy is damaged', server: `new=${COPIES}/$(date -u +%Y%m%dT%H%M%SZ)-v1.36.3+k3s1; cp -a "${COPIES}/$(ls ${COPIES} | sort | tail -n 1)" "$new"; dd if=/dev/zero of="$new/state.db" bs=4096 seek=3 count=20 conv=notrunc 2> /dev/null`, instead: '--rollback' },
  { claim: 'K37', fault: 'what runs is not what was copied', server: 'rm -f /var/lib/rancher/k3s/server/db/restored-from', instead: '--rollback' },
  { claim: 'K38', fault: 'nobody answers', server: 'pkill -STOP -x k3s-server', instead: '--rollback', undo: 'pkill -CONT -x k3s-server' },
]
