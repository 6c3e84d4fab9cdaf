#!/usr/bin/env -S npx tsx
// A bare Ubuntu or Debian server becomes patched, key-only and closed to the world.
// Touches: apt, accounts, one sshd drop-in, sysctl, journald, the wall, ufw, fail2ban.
// Never touches: disks, users' files, network configuration.

import { main, phase } from '../lib/engine/phase.mts'
import { atMost, oneOf } from '../lib/engine/want.mts'
import * as accounts from '../lib/host/accounts.mts'
import * as algorithms from '../lib/host/algorithms.mts'
import * as apt from '../lib/host/apt.mts'
import * as clock from '../lib/host/clock.mts'
import * as exposure from '../lib/host/exposure.mts'
import * as fail2ban from '../lib/host/fail2ban.mts'
import * as firstBoot from '../lib/host/first-boot.mts'
import * as journald from '../lib/host/journald.mts'
import * as listeners from '../lib/host/listeners.mts'
import * as os from '../lib/host/os.mts'
import * as reboot from '../lib/host/reboot.mts'
import * as resources from '../lib/host/resources.mts'
import * as services from '../lib/host/services.mts'
import * as sshd from '../lib/host/sshd.mts'
import * as sudo from '../lib/host/sudo.mts'
import * as sysctl from '../lib/host/sysctl.mts'
import * as ufw from '../lib/host/ufw.mts'
import * as unattended from '../lib/host/unattended.mts'
import * as wall from '../lib/host/wall.mts'
import { forwards } from '../lib/host/forward.mts'

const SUPPORTED = oneOf('ubuntu 22.04', 'ubuntu 24.04', 'ubuntu 26.04', 'debian 12', 'debian 13')
const PACKAGES = ['chrony', 'curl', 'fail2ban', 'nftables', 'python3-systemd', 'ufw', 'unattended-upgrades']
const NOISE = ['rpcbind.socket', 'rpcbind.service', 'avahi-daemon.socket', 'avahi-daemon.service', 'cups.socket', 'cups.service', 'exim4.service']

const SSHD = {
  passwordauthentication: 'no', kbdinteractiveauthentication: 'no', permitrootlogin: 'no', permitemptypasswords: 'no',
  pubkeyauthentication: 'yes', authenticationmethods: 'any', authorizedkeysfile: '.ssh/authorized_keys',
  authorizedkeyscommand: 'none', trustedusercakeys: 'none', strictmodes: 'yes', hostbasedauthentication: 'no', ignorerhosts: 'yes', permituserenvironment: 'no',
  allowtcpforwarding: 'local', allowstreamlocalforwarding: 'no', allowagentforwarding: 'no',
  gatewayports: 'no', permittunnel: 'no', x11forwarding: 'no',
  clientaliveinterval: '15', clientalivecountmax: '2', logingracetime: '30', maxauthtries: '3', maxsessions: '10', loglevel: 'VERBOSE',
}

const SYSCTL = {
  // K3s refuses to start under protect-kernel-defaults without these four.
  'vm.panic_on_oom': '0', 'vm.overcommit_memory': '1', 'kernel.panic': '10', 'kernel.panic_on_oops': '1',
  // Pods and the tunnel are routed; 2 because a reply may leave by another interface than the question came in.
  'net.ipv4.ip_forward': '1', 'net.ipv4.conf.all.rp_filter': '2',
  'net.ipv4.conf.all.accept_redirects': '0', 'net.ipv6.conf.all.accept_redirects': '0', 'net.ipv4.conf.all.send_redirects': '0',
  'net.ipv4.conf.all.accept_source_route': '0', 'net.ipv6.conf.all.accept_source_route': '0', 'net.ipv4.tcp_syncookies': '1',
  'kernel.kptr_restrict': '2', 'kernel.dmesg_restrict': '1', 'fs.protected_hardlinks': '1', 'fs.protected_symlinks': '1', 'fs.suid_dumpable': '0',
  'fs.inotify.max_user_instances': '512',
}

const JOURNAL = { Storage: 'persistent', SystemMaxUse: '500M' }

export const baseline = phase('01-baseline', async ({ host, config, check, ensure, drill }) => {
  await check('B1', 'the operating system is supported', os.release(host), SUPPORTED)
  await check('B2', 'the machine is big enough', resources.size(host), resources.atLeastThe(config))
  await check('B3', 'its clock is within 30 s of the operator\'s', clock.offset(host), atMost(30))
  await check('B4', 'its first boot is over', firstBoot.cloudInit(host), oneOf('done', 'error', 'disabled', 'absent'), { within: '10m' })
  await check('B5', 'nobody holds apt', apt.holders(host), [], { within: config.WAIT_FOR_APT })
  await ensure('B6', 'no package is half installed', apt.whole(host), { needs: ['B1', 'B2', 'B3', 'B4', 'B5'] })

  // Nothing closes before the admin has come in by a new connection.
  await ensure('B7', 'the admin has exactly the declared keys and sudo', accounts.administrator(host, config), { needs: ['B6'] })
  await check('B8', 'a new login as the admin becomes root', sshd.freshLogin(host), 'root', { needs: ['B7'] })
  await ensure('B9', 'root has no keys of its own', accounts.rootKeys(host), { needs: ['B8'] })
  await check('B10', 'the accounts are exactly the declared ones', accounts.logins(host), accounts.declared(config), { needs: ['B7'] })
  await check('B11', 'sudo rules are exactly the declared ones', sudo.rules(host), sudo.asDeclared(config), { needs: ['B7'] })

  await ensure('B12', 'no security upgrade is pending, by lists of at most 26 h', apt.upgraded(host, 26), { needs: ['B6'] })
  await ensure('B13', 'the base packages are installed', apt.installed(host, PACKAGES), { needs: ['B6'] })
  await ensure('B14', 'unattended upgrades are on and never reboot', unattended.upgrades(host), { needs: ['B13'] })
  await check('B15', 'unattended upgrades take from a security archive', unattended.origins(host), unattended.withSecurity, { needs: ['B14'] })
  await ensure('B16', 'services nobody asked for are off', services.off(host, NOISE), { needs: ['B6'] })
  await ensure('B17', 'one time service runs', clock.service(host, 'chrony.service'), { needs: ['B13'] })
  await check('B18', 'the clock is kept in step', clock.synchronised(host), true, { needs: ['B17'], within: '30s' })
  await ensure('B19', 'the kernel\'s settings are ours', sysctl.settings(host, SYSCTL), { needs: ['B6'] })
  await ensure('B20', 'the journal is kept, and capped', journald.settings(host, JOURNAL), { needs: ['B6'] })

  await ensure('B21', 'sshd accepts keys only', sshd.settings(host, config, { ...SSHD, permitopen: forwards(config).join(' ') }), { needs: ['B8'] })
  await ensure('B34', 'sshd speaks only hardened algorithms', algorithms.hardened(host), { needs: ['B8'] })
  await check('B22', 'the admin is offered keys and nothing else', sshd.methodsOffered(host, config.ADMIN_USER), ['publickey'], { needs: ['B21'] })
  await check('B23', 'root is offered keys and nothing else', sshd.methodsOffered(host, 'root'), ['publickey'], { needs: ['B21'] })
  await ensure('B24', 'the wall stands before any address translation', wall.standing(host, config), { needs: ['B8', 'B13'] })
  await ensure('B25', 'ufw allows exactly the policy', ufw.rules(host, config), { needs: ['B8', 'B13'] })
  await ensure('B26', 'fail2ban watches ssh', fail2ban.jailed(host, config), { needs: ['B13'] })
  await check('B27', 'nothing undeclared listens', listeners.listening(host), listeners.asDeclared(config), { needs: ['B16'] })
  await check('B28', 'only the declared ports answer over IPv4', exposure.answering(host, config, 4), exposure.asDeclared(config), { needs: ['B24', 'B25'] })
  await check('B29', 'only the declared ports answer over IPv6', exposure.answering(host, config, 6), exposure.asDeclared(config), { needs: ['B24', 'B25'] })

  await drill('B30', 'fail2ban blocks whom it bans', fail2ban.bans(host), { needs: ['B26'] })
  await drill('B31', 'the wall survives a reload of ufw', wall.survivesUfwReload(host), { needs: ['B24', 'B25'] })
  await drill('B32', 'a reboot changes none of it', reboot.replay(host), { needs: ['B8'] })
  await check('B33', 'no reboot is pending', reboot.pending(host), [])
})

await main(import.meta, baseline)
