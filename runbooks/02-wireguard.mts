#!/usr/bin/env -S npx tsx
// A server that is closed to the world gets a tunnel, and administration goes through it.
// Touches: WireGuard's packages, wg0, one sysctl file, the wall, ufw.
// Never touches: the private keys of people, sessions of peers that stay, any other interface.

import { main, phase } from '../lib/engine/phase.mts'
import { anything, atMost } from '../lib/engine/want.mts'
import * as apt from '../lib/host/apt.mts'
import * as matrix from '../lib/host/matrix.mts'
import * as reboot from '../lib/host/reboot.mts'
import * as sshd from '../lib/host/sshd.mts'
import * as sysctl from '../lib/host/sysctl.mts'
import * as tunnel from '../lib/host/tunnel.mts'
import * as ufw from '../lib/host/ufw.mts'
import * as wall from '../lib/host/wall.mts'
import * as wg from '../lib/host/wireguard.mts'

const FORWARDING = { 'net.ipv4.ip_forward': '1', 'net.ipv4.conf.default.forwarding': '1', 'net.ipv4.conf.wg0.forwarding': '1' }
const UNANSWERED = { stranger: 'silence', probe: 'answered' } as const

const shows = { '--client': { usage: 'NAME        prints a peer\'s file for wg-quick, without its private key', lines: tunnel.client } }

export const wireguard = phase('02-wireguard', async ({ host, config, folder, check, ensure, drill }) => {
  await check('W1', 'the tunnel\'s keys are in secrets/', tunnel.keys(folder), { server: anything(), probe: anything() })
  await check('W2', 'a new login as the admin becomes root', sshd.freshLogin(host), 'root')
  await ensure('W3', 'WireGuard\'s tools are installed', apt.installed(host, ['wireguard-tools']), { needs: ['W1', 'W2'] })
  await ensure('W4', 'the kernel carries the tunnel, or else wireguard-go', wg.carrier(host), { needs: ['W3'] })
  await ensure('W5', 'the tunnel\'s file is the declared one, for root alone', wg.file(host, config, folder), { needs: ['W3'] })
  await ensure('W6', 'the tunnel is up, and comes at boot', wg.service(host), { needs: ['W4', 'W5'] })
  await ensure('W7', 'wg0 has the server\'s key, address, port and MTU', wg.interfaces(host, config, folder), { needs: ['W6'] })
  await ensure('W8', 'its peers are exactly the declared ones', wg.peers(host, config, folder), { needs: ['W6'] })
  await ensure('W9', 'packets are forwarded', sysctl.settings(host, FORWARDING, 'wireguard'), { needs: ['W6'] })

  // With SSH_PUBLIC=no these close SSH outside, behind a run that the tunnel itself carried in.
  await check('W10', 'the run came the way that SSH_PUBLIC leaves open', tunnel.road(config), tunnel.roadAsDeclared(config))
  await ensure('W11', 'the wall lets in exactly the policy', wall.standing(host, config), { needs: ['W2'] })
  await ensure('W12', 'ufw allows exactly the policy', ufw.rules(host, config), { needs: ['W2'] })

  await check('W13', 'a handshake from here is answered', tunnel.handshake(host, config, folder), atMost(5000), { needs: ['W7', 'W8', 'W11', 'W12'] })
  await check('W14', 'a stranger\'s key gets silence', tunnel.stranger(host, config, folder), UNANSWERED, { needs: ['W13'] })
  await check('W15', 'each port of the policy answers where it should', matrix.answers(host, config, folder), matrix.asDeclared(config), { needs: ['W13'] })
  await check('W16', 'no other port answers in the tunnel', matrix.others(host, config, folder), { open: [], refused: [] }, { needs: ['W13'] })

  await drill('W17', 'after a reboot the tunnel answers again, and all of it holds', reboot.replayAfter(host, tunnel.handshake(host, config, folder)), { needs: ['W13'] })
}, { shows })

await main(import.meta, wireguard)
