import { Failure } from '../engine/failure.mts'
import { discovery } from './discovery.mts'
import { body, called, holdUp, objectPath, type Manifest } from './manifest.mts'
import { patiently } from './patience.mts'
import { refusal, type Answer, type Asked } from './request.mts'
import type { Host } from '../host/host.mts'

const DRY = '&dryRun=All'
const MERGE = 'application/merge-patch+json'

/** What the API does with one object. */
export type Objects = {
  /** The object as it is now; nothing where there is none, or nothing of its kind. */
  find(object: Manifest): Promise<Manifest | undefined>
  /** Server-side apply, as `runbooks` unless told; a field that somebody else owns is a failure, and never taken from him. */
  apply(object: Manifest, as?: string): Promise<void>
  /** Sets these fields of an object that is there, whoever held them, and takes away those that are null. */
  merge(object: Manifest): Promise<void>
  /** What the API would say to this object, which it does not keep: `taken`, or its own words against it. */
  rehearse(object: Manifest): Promise<string>
  /** The object as it would be once it was applied, with all that the API fills in; throws where `apply` would. */
  rehearsed(object: Manifest): Promise<Manifest>
  /** Deletes an object, and waits until it and what it owns are gone; one that is not there is gone already. */
  remove(object: Manifest, within?: string): Promise<void>
}

type How = { readonly as?: string, readonly query?: string, readonly type?: string }

/** Those calls by one way of asking; `there` says whether there is a cluster at all. */
export function objects(host: Host, ask: (asked: Asked) => Promise<Answer>, there: () => Promise<boolean>): Objects {
  const known = discovery(ask)
  // A kind that nobody knows is told of by whoever looks for its place.
  const pathOf = async (object: Manifest): Promise<string> => await known(object) ?? objectPath(object, [])

  async function patch(object: Manifest, { as = 'runbooks', query = '', type }: How): Promise<{ asked: Asked, answer: Answer }> {
    const asked: Asked = { method: 'PATCH', path: `${await pathOf(object)}?fieldManager=${as}&fieldValidation=Strict${query}`, body: body(object), ...(type && { type }) }
    return { asked, answer: await ask(asked) }
  }

  async function patched(object: Manifest, how: How): Promise<Manifest> {
    const { asked, answer } = await patch(object, how)
    if (answer.code > 201) throw refusal(answer, asked, `${called(object)} was not ${how.type ? 'changed' : 'applied'}`, object.kind === 'Secret')
    return JSON.parse(answer.text) as Manifest
  }

  return {
    async find(object) {
      const path = await known(object)
      if (path === undefined) return undefined
      const asked: Asked = { method: 'GET', path }
      const answer = await ask(asked)
      if (answer.code === 404) return undefined
      if (answer.code !== 200) throw refusal(answer, asked, 'a reading failed')
      return JSON.parse(answer.text) as Manifest
    },
    async apply(object, as = 'runbooks') {
      host.changes(`apply ${called(object)}`)
      await patched(object, { as })
    },
    async merge(object) {
      host.changes(`change ${called(object)}`)
      await patched(object, { type: MERGE })
    },
    async rehearse(object) {
      const { asked, answer } = await patch(object, { query: DRY })
      return answer.code > 201 ? String(refusal(answer, asked, 'refused', object.kind === 'Secret').facts.found ?? answer.code) : 'taken'
    },
    rehearsed: object => patched(object, { query: DRY }),
    async remove(object, within = '2m') {
      host.changes(`delete ${called(object)}`)
      // With the cluster went all that was in it: what a killed run left there is no reason to stop the next one.
      if (!await there()) return
      const path = await pathOf(object)
      const asked: Asked = { method: 'DELETE', path: `${path}?propagationPolicy=Foreground` }
      const answer = await ask(asked)
      if (answer.code === 404) return
      if (answer.code > 202) throw refusal(answer, asked, `${called(object)} was not deleted`)
      const left = await patiently(within, async () => {
        const { code, text } = await ask({ method: 'GET', path })
        return { done: code === 404, last: code === 404 ? '' : text }
      })
      if (left !== '') throw new Failure(`${called(object)} is still there`, { found: holdUp(left), waited: within, next: `kubectl get --raw ${path}` })
    },
  }
}
