import { groupPath, objectPath, type Manifest, type Resource } from './manifest.mts'
import { refusal, type Answer, type Asked } from './request.mts'

/** Where the API keeps an object, or nothing for a kind it does not know: asked of it once for each group, and again for a kind that was not there then. */
export function discovery(ask: (asked: Asked) => Promise<Answer>): (object: Manifest) => Promise<string | undefined> {
  const groups = new Map<string, Promise<readonly Resource[]>>()

  async function resources(group: string): Promise<readonly Resource[]> {
    const asked: Asked = { method: 'GET', path: group }
    const answer = await ask(asked)
    if (answer.code !== 200 && answer.code !== 404) throw refusal(answer, asked, `nobody tells of ${group}`)
    return answer.code === 200 ? (JSON.parse(answer.text) as { resources: Resource[] }).resources : []
  }

  return async object => {
    const group = groupPath(object.apiVersion)
    const earlier = groups.get(group)
    const there = (known: readonly Resource[] = []) => (known.some(({ kind }) => kind === object.kind) ? objectPath(object, known) : undefined)
    const path = there(await earlier?.catch(() => []))
    if (path !== undefined) return path
    // Unless somebody else has asked anew meanwhile.
    if (groups.get(group) === earlier) groups.set(group, resources(group))
    return there(await groups.get(group))
  }
}
