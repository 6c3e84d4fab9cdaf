import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keys } from '../../lib/host/tunnel.mts'
import { loadVersions } from '../../lib/host/versions.mts'
import type { Kind } from '../../lib/engine/failure.mts'
import type { Ports, Visitor } from '../../lib/host/host.mts'
import type { Reply, Request } from '../cluster/api.mts'

/** One reading of a host as it was recorded: what it printed, what its Kubernetes API replied, or how it failed. */
export type Reading = {
  readonly script: string
  readonly args: readonly string[]
  readonly printed?: string
  readonly replied?: Reply
  readonly failed?: { readonly message: string, readonly kind: Kind }
}

/** The stand-in for the operator's public key in everything recorded. */
export const OPERATOR_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJc5ZxBAe5V5rLSDM3WQ9dS5cQxX3Vv0q4P4rVnQ2m4L operator'

/** What is one platform's own, by what stands for it in everything recorded. */
export type StandIns = Readonly<Record<string, string>>

/** The tunnel's public keys, which a platform with secrets has, and the hashes of what it installs. */
export async function standInsOf(folder: string): Promise<StandIns> {
  const { server, probe } = await keys(folder)()
  const hashes = Object.values(loadVersions(folder)).flatMap(({ files }) => Object.entries(files)).flatMap(([file, { sha256 }]) => (sha256 ? [[`{sha256 of ${file}}`, sha256]] : []))
  return { '{server key}': server, '{probe key}': probe, ...Object.fromEntries(hashes) as StandIns }
}

// Readings that depend on the day are kept as their distance from it, in seconds.
const DAYS = 7 * 86_400
// Where another clock or calendar stands beside them they are compared with that, and stay as they are.
const CALENDAR = /\b\d{8}T\d{6}Z|\d GMT\b/

/** What is asked of a host outside its shell, under the names of `Outside`. */
export function outsideScript(method: 'login' | 'offers' | 'answers' | 'visit' | 'session'): string {
  return `outside.${method}`
}

/** Which visit is meant: by whom, and at how many ports. */
export function visitWords({ who }: Visitor, { tcp = [], udp = [] }: Ports): string[] {
  return [who, `${tcp.length} tcp`, `${udp.length} udp`]
}

/** Under what name requests of the host's Kubernetes API are recorded. */
export const API = 'api'

/** Which request is meant: an object that is sent is told by its path. */
export function apiWords({ method, path, accept }: Request): string[] {
  return [method, path, accept]
}

/** Which reading is meant: the shell text and its values. */
export function keyOf(script: string, args: readonly string[]): string {
  return JSON.stringify([script, args])
}

/** The readings of a host in this state, recorded while this runbook was planned on it. */
export function transcript(stem: string, state: string): Map<string, Reading> {
  const readings = JSON.parse(readFileSync(fileOf(stem, state), 'utf8')) as Reading[]
  return new Map(readings.map(reading => [keyOf(reading.script, reading.args), reading]))
}

export function writeTranscript(stem: string, state: string, readings: readonly Reading[]): string {
  const file = fileOf(stem, state)
  writeFileSync(file, `[\n${readings.map(reading => JSON.stringify(reading)).join(',\n')}\n]\n`)
  return file
}

/** A text with the stand-ins in it. */
export function disguised(text: string, standIns: StandIns): string {
  return Object.entries(standIns).reduce((now, [standIn, own]) => now.replaceAll(own, standIn), text)
}

/** The inverse of `disguised`, for another platform. */
export function revealed(text: string, standIns: StandIns): string {
  return Object.entries(standIns).reduce((now, [standIn, own]) => now.replaceAll(standIn, own), text)
}

/** A text with the seconds since 1970 that are near `now` (milliseconds) as `{now+12}`. */
export function undated(text: string, now: number): string {
  return CALENDAR.test(text) ? text : text.replaceAll(/\b\d{10}\b(\.\d+)?/g, stamp => {
    const distance = Math.round(Number(stamp) - now / 1000)
    return Math.abs(distance) < DAYS ? `{now${distance < 0 ? '' : '+'}${distance}}` : stamp
  })
}

/** The inverse of `undated`, for another day. */
export function dated(text: string, now: number): string {
  return text.replaceAll(/\{now([+-]\d+)\}/g, (_, distance: string) => (now / 1000 + Number(distance)).toFixed(3).replace(/\.000$/, ''))
}

function fileOf(stem: string, state: string): string {
  return join(import.meta.dirname, '../fixtures/runbooks', stem, `${state}.json`)
}
