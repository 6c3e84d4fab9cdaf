import { ARGOCD_FAULTS } from './faults-argocd.mts'
import { K3S_FAULTS } from './faults-k3s.mts'
import type { Fault } from './fault.mts'

// Until sshd has read its files again.
const RELOAD = 'since=$(date +%s); systemctl reload ssh; until journalctl -u ssh -o cat --since "@$since" | grep -q "^Server listening"; do sleep 0.2; done'

// The kernel carries out address translations after the wall, whatever priority they ask for; rewriting a port comes before it.
function leading(device: string, port: number): string {
  const known = 'set known { type ipv4_addr . inet_service; size 99; flags dynamic; }'
  const there = `chain there { type filter hook prerouting priority -300; iifname ${device} tcp dport ${port} add @known { ip saddr . tcp sport } tcp dport set 22; }`
  const back = `chain back { type filter hook postrouting priority 300; oifname ${device} ip daddr . tcp dport @known tcp sport set ${port}; }`
  return `nft "table ip fault { ${known}; ${there}; ${back}; }"`
}

/** Every claim has a row at least: broken, exactly that claim turns red. */
export const FAULTS: readonly Fault[] = [
  { claim: 'S1', fault: 'there is no .env', operator: 'mv .env .env.kept', undo: 'mv .env.kept .env' },
  { claim: 'S2', fault: 'a setting is misspelt', operator: 'echo ADMIN_USR=me >> .env' },
  { claim: 'S3', fault: 'no host key is pinned', operator: 'rm known_hosts' },
  { claim: 'S4', fault: 'another key is pinned', operator: 'awk \'{ $3 = "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"; print }\' known_hosts > new && mv new known_hosts && sed -i /^HOST_KEY=/d .env' },
  { claim: 'S5', fault: 'the operator\'s age key is gone', operator: 'mv age/keys.txt age/kept', undo: 'mv age/kept age/keys.txt' },
  { claim: 'S6', fault: 'nobody says who may read', operator: 'rm .sops.yaml' },
  { claim: 'S6', fault: 'the operator may not read', operator: 'cp .sops.yaml age/kept; sed -i "s/$(sed -n "s/^# public key: //p" age/keys.txt)/age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p/" .sops.yaml', undo: 'mv age/kept .sops.yaml' },
  { claim: 'S7', fault: 'a concern has no file', operator: 'rm secrets/monitoring.sops.yaml' },
  { claim: 'S8', fault: 'a file was edited by hand', operator: 'cp secrets/backup.sops.yaml age/kept; sed -i "s/lastmodified: .*/lastmodified: \\"2020-01-01T00:00:00Z\\"/" secrets/backup.sops.yaml', undo: 'mv age/kept secrets/backup.sops.yaml' },
  { claim: 'S9', fault: 'a key lies about in clear', operator: 'mkdir -p gitops; cp id_ed25519 gitops/notes' },
  { claim: 'S10', fault: 'the settings are open to others', operator: 'chmod 644 .env' },

  { claim: 'B1', fault: 'an unsupported release', server: 'sed -i \'s/^VERSION_ID=.*/VERSION_ID="11"/\' /usr/lib/os-release' },
  { claim: 'B2', fault: 'more memory is asked for than there is', operator: 'echo MIN_MEMORY_GB=900 >> .env' },
  { claim: 'B3', fault: 'the clock is two minutes ahead', server: 'printf \'#!/bin/sh\\nexec /usr/bin/date -d "+2 minutes" "$@"\\n\' > /usr/local/bin/date; chmod 755 /usr/local/bin/date', undo: 'rm /usr/local/bin/date' },
  { claim: 'B4', fault: 'the first boot is not over', server: 'mv /var/lib/cloud/data/result.json /var/lib/cloud/data/kept.json', undo: 'mv /var/lib/cloud/data/kept.json /var/lib/cloud/data/result.json' },
  { claim: 'B5', fault: 'somebody holds apt', server: 'systemd-run --quiet --unit=fault-holder sh -c "exec 9> /var/lib/dpkg/lock-frontend; sleep 900"' },
  { claim: 'B6', fault: 'a package is half installed', server: 'sed -i "/^Package: cron$/,/^Status:/ s/^Status: .*/Status: install ok half-configured/" /var/lib/dpkg/status' },
  { claim: 'B7', fault: 'the admin has a key too many', server: 'ssh-keygen -q -t ed25519 -N "" -f /tmp/fault; cat /tmp/fault.pub >> ~debian/.ssh/authorized_keys; rm /tmp/fault*' },
  { claim: 'B7', fault: 'the admin has no key left that is declared', operator: 'ssh-keygen -q -t ed25519 -N "" -f extra && cat extra.pub id_ed25519.pub > keys.pub && rm extra extra.pub && echo ADMIN_KEYS=keys.pub >> .env', undo: 'sed -i /^ADMIN_KEYS=/d .env' },
  { claim: 'B8', fault: 'a second connection gets no answer', server: 'nft -f - <<< "table inet fault { set one { type ipv4_addr; size 9; flags dynamic; }; chain in { type filter hook input priority 1; tcp dport 22 ct state new add @one { ip saddr ct count over 1 } drop; }; }"' },
  { claim: 'B9', fault: 'root has a key', server: 'install -d -m 700 /root/.ssh; cp ~debian/.ssh/authorized_keys /root/.ssh/authorized_keys2' },
  { claim: 'B10', fault: 'an account nobody declared', server: 'useradd --create-home --shell /bin/bash mallory' },
  { claim: 'B10', fault: 'a system account has a password', server: 'usermod --password "$(openssl passwd -6 secret)" games' },
  { claim: 'B11', fault: 'a sudo rule nobody declared', server: 'echo "games ALL=(ALL) NOPASSWD:ALL" > /etc/sudoers.d/mallory' },
  { claim: 'B12', fault: 'a package is held back', server: 'apt-mark hold curl > /dev/null' },
  { claim: 'B13', fault: 'a package is gone', server: 'dpkg --remove --force-depends curl > /dev/null 2>&1' },
  { claim: 'B14', fault: 'the upgrade timer is masked', server: 'systemctl mask --now --quiet apt-daily-upgrade.timer' },
  { claim: 'B14', fault: 'everything is on the blacklist', server: 'echo \'Unattended-Upgrade::Package-Blacklist { ".*"; };\' > /etc/apt/apt.conf.d/99zz-fault' },
  { claim: 'B15', fault: 'the security origin is not allowed', server: 'printf \'#clear Unattended-Upgrade::Origins-Pattern;\\nUnattended-Upgrade::Origins-Pattern { "origin=Debian,label=Debian"; };\\n\' > /etc/apt/apt.conf.d/99zz-fault' },
  { claim: 'B16', fault: 'rpcbind is back', server: 'systemctl unmask --quiet rpcbind.socket rpcbind.service; systemctl enable --now --quiet rpcbind.socket' },
  { claim: 'B17', fault: 'no time service runs', server: 'systemctl stop chrony' },
  { claim: 'B18', fault: 'a clock that cannot be told to be in step is not waived', operator: 'sed -i /^WAIVE=/d .env' },
  { claim: 'B19', fault: 'a kernel setting was changed by hand', server: 'sysctl -q -w net.ipv4.conf.all.send_redirects=1' },
  { claim: 'B20', fault: 'the journal may grow without end', server: 'sed -i s/500M/500G/ /etc/systemd/journald.conf.d/99-runbooks.conf' },
  { claim: 'B21', fault: 'a drop-in that sorts first allows passwords', server: 'echo "PasswordAuthentication yes" > /etc/ssh/sshd_config.d/00-a.conf; systemctl reload ssh' },
  { claim: 'B21', fault: 'a Match block allows passwords to one user', server: 'printf "Match User debian\\n  PasswordAuthentication yes\\n" > /etc/ssh/sshd_config.d/00-a.conf; systemctl reload ssh' },
  { claim: 'B34', fault: 'a drop-in that sorts first allows an old MAC', server: 'echo "MACs hmac-sha1,hmac-sha2-256" > /etc/ssh/sshd_config.d/00-a.conf; systemctl reload ssh' },
  { claim: 'B22', fault: 'the running sshd is not the one of the files', server: `printf "Match User debian\\n  PasswordAuthentication yes\\n" > /etc/ssh/sshd_config.d/00-a.conf; ${RELOAD}; rm /etc/ssh/sshd_config.d/00-a.conf` },
  { claim: 'B23', fault: 'the running sshd lets root try a password', server: `printf "Match User root\\n  PasswordAuthentication yes\\n" > /etc/ssh/sshd_config.d/00-a.conf; ${RELOAD}; rm /etc/ssh/sshd_config.d/00-a.conf` },
  { claim: 'B24', fault: 'the wall is gone', server: 'nft delete table inet wall' },
  { claim: 'B24', fault: 'the wall has a hole', server: 'nft insert rule inet wall before tcp dport 8080 accept' },
  { claim: 'B24', fault: 'the wall is not loaded at boot', server: 'systemctl disable --quiet wall.service' },
  { claim: 'B25', fault: 'ufw allows a port too many', server: 'ufw allow 8080/tcp > /dev/null' },
  { claim: 'B25', fault: 'ufw is off', server: 'ufw --force disable > /dev/null' },
  { claim: 'B25', fault: 'a rule past ufw accepts everything', server: 'iptables -I ufw-before-input -j ACCEPT' },
  { claim: 'B26', fault: 'fail2ban ignores everybody', server: 'fail2ban-client set sshd addignoreip 0.0.0.0/0 > /dev/null' },
  { claim: 'B26', fault: 'fail2ban is stopped', server: 'systemctl stop fail2ban' },
  { claim: 'B27', fault: 'something undeclared listens', server: 'systemd-run --quiet --unit=fault-listener python3 -m http.server 4444; until ss -H -l -n -t sport = :4444 | grep -q .; do sleep 0.2; done' },
  { claim: 'B28', fault: 'a rule before the wall answers on a port', server: 'nft "table ip fault { chain before { type filter hook prerouting priority -160; tcp dport 8080 reject with tcp reset; }; }"' },
  { claim: 'B29', fault: 'a rule before the wall answers on a port over IPv6', server: 'nft "table ip6 fault { chain before { type filter hook prerouting priority -160; tcp dport 8080 reject with tcp reset; }; }"' },
  { claim: 'B30', fault: 'bans are counted and not carried out', server: 'fail2ban-client set sshd action nftables-multiport actionban true > /dev/null', drill: true },
  { claim: 'B31', fault: 'reloading ufw takes the wall away', server: 'printf \'#!/bin/sh\\n/usr/sbin/ufw "$@"\\nnft delete table inet wall\\n\' > /usr/local/sbin/ufw; chmod 755 /usr/local/sbin/ufw', undo: 'rm /usr/local/sbin/ufw', drill: true },
  { claim: 'B32', fault: 'a service runs that would not start at boot', server: 'systemctl disable --quiet chrony', drill: true },
  { claim: 'B33', fault: 'a reboot is pending', server: 'echo linux-image > /run/reboot-required.pkgs; touch /run/reboot-required' },

  { claim: 'W1', fault: 'the tunnel\'s keys are gone', operator: 'mv secrets/wireguard.sops.yaml age/kept', undo: 'mv age/kept secrets/wireguard.sops.yaml' },
  { claim: 'W2', fault: 'a second connection gets no answer', server: 'nft "table inet fault { set one { type ipv4_addr; size 9; flags dynamic; }; chain in { type filter hook input priority 1; tcp dport 22 ct state new add @one { ip saddr ct count over 1 } drop; }; }"' },
  { claim: 'W3', fault: 'the tools are gone', server: 'dpkg --remove --force-depends wireguard-tools > /dev/null 2>&1' },
  { claim: 'W4', fault: 'nothing carries the tunnel at the next start', server: 'dpkg --remove --force-depends wireguard-go > /dev/null 2>&1' },
  { claim: 'W5', fault: 'the file with the server\'s key can be read by others', server: 'chmod 644 /etc/wireguard/wg0.conf' },
  { claim: 'W5', fault: 'the file has a peer too many', server: 'printf "[Peer]\\nPublicKey = %s\\nAllowedIPs = 10.8.0.99/32\\n" "$(wg genkey | wg pubkey)" >> /etc/wireguard/wg0.conf' },
  { claim: 'W6', fault: 'the tunnel does not come at boot', server: 'systemctl disable --quiet wg-quick@wg0' },
  { claim: 'W6', fault: 'the tunnel is down', server: 'systemctl stop wg-quick@wg0' },
  { claim: 'W7', fault: 'the server has another key', server: 'umask 077; wg genkey > /run/key; wg set wg0 private-key /run/key; rm /run/key' },
  { claim: 'W7', fault: 'wg0 has an address too many', server: 'ip address add 10.9.0.1/24 dev wg0' },
  { claim: 'W7', fault: 'packets of wg0 may be too long', server: 'ip link set dev wg0 mtu 1500' },
  { claim: 'W8', fault: 'a peer was removed', server: 'wg set wg0 peer "$(wg show wg0 peers | head -n 1)" remove' },
  { claim: 'W8', fault: 'a peer was added', server: 'wg set wg0 peer "$(wg genkey | wg pubkey)" allowed-ips 10.8.0.99/32' },
  { claim: 'W8', fault: 'a peer may send from more addresses', server: 'wg set wg0 peer "$(wg show wg0 peers | head -n 1)" allowed-ips 10.8.0.2/32,10.8.0.64/26' },
  { claim: 'W9', fault: 'packets from the tunnel are not forwarded', server: 'sysctl -q -w net.ipv4.conf.wg0.forwarding=0' },
  { claim: 'W10', fault: 'SSH is to be closed outside, and the run came from there', operator: 'echo SSH_PUBLIC=no >> .env' },
  { claim: 'W11', fault: 'an undeclared port is open in the tunnel', server: 'nft insert rule inet wall before iifname wg0 tcp dport 8080 accept' },
  { claim: 'W11', fault: 'ssh is closed in the tunnel', server: 'nft flush chain inet wall before; nft add rule inet wall before iifname != wg0 accept; nft add rule inet wall before drop' },
  { claim: 'W12', fault: 'ufw allows a port too many in the tunnel', server: 'ufw allow in on wg0 to any port 5432 proto tcp > /dev/null' },
  { claim: 'W13', fault: 'the tunnel\'s port is dropped on the way', server: 'nft "table inet fault { chain in { type filter hook input priority 1; udp dport 51820 drop; }; }"' },
  { claim: 'W14', fault: 'something answers whoever knocks', server: `systemd-run --quiet --unit=fault-answer python3 -c '
import socket, struct
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
while True:
    packet, (peer, _) = raw.recvfrom(2048)
    head = (packet[0] & 15) * 4
    source, target = struct.unpack("!HH", packet[head:head + 4])
    if target == 51820: raw.sendto(struct.pack("!HHHH", 51820, source, 13, 0) + b"hello", (peer, 0))
'; until ss -H -a -n -w -p | grep -q python3; do sleep 0.2; done` },
  { claim: 'W15', fault: 'a port of the outside answers in the tunnel', server: leading('wg0', 443) },
  { claim: 'W15', fault: 'a UDP port of the outside answers in the tunnel', server: 'nft "table ip fault { chain before { type filter hook prerouting priority -160; iifname wg0 udp dport 51820 reject; }; }"' },
  { claim: 'W15', fault: 'ssh does not answer in the tunnel', server: 'nft "table inet fault { chain in { type filter hook input priority 1; iifname wg0 tcp dport 22 drop; }; }"' },
  { claim: 'W16', fault: 'a port that is rewritten before the wall answers in the tunnel', server: leading('wg0', 8080) },
  { claim: 'W17', fault: 'forwarding is set and not kept', server: 'echo "net.ipv4.conf.default.forwarding = 0" > /etc/sysctl.d/99-zzz-fault.conf', drill: true },
  ...K3S_FAULTS,
  ...ARGOCD_FAULTS,
]
