import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canaryBranch, type CanaryBranch } from '../../lib/cluster/canary-branch.mts'
import { badInput } from '../../lib/engine/failure.mts'
import { settings } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { answering } from '../host/answering.mts'
import { application, declaredApplication, HEAD, URL } from './application.mts'
import { fakeKube } from './fake.mts'
import { somePod } from './some.mts'
import type { Declared } from '../../lib/cluster/gitops.mts'
import type { Kube } from '../../lib/cluster/kube.mts'
import type { Clone, Repository } from '../../lib/host/ssh-git.mts'

/** A commit's canary: its page, and the tag of its image. */
type Content = { readonly page: string, readonly tag: string }

/** What goes otherwise than it should: Argo CD looks away, the rollout takes the old pods away, an image that nobody has starts, or the revert is of no use. */
export type Trouble = 'argo sleeps' | 'old pods go' | 'anything starts' | 'stays bad' | undefined

export type World = {
  readonly kube: Kube
  readonly repository: Repository
  readonly branch: CanaryBranch
  readonly heads: Record<string, string>
  readonly done: string[]
}

export const PAGE = 'This page is as Git has it.\n'
const KEPT = { page: PAGE, tag: '1.37.0' }

/** A repository, an Argo CD that follows its branch of the drills as soon as it is asked to, and the site as somebody outside sees it. */
export function argo(trouble?: Trouble, outside = true): World {
  const heads: Record<string, string> = { main: HEAD, drill: HEAD }
  const commits = new Map<string, Content>([[HEAD, KEPT]])
  let [shown, served] = [HEAD, `200 ${PAGE.trim()}`]
  const content = (commit: string) => commits.get(commit) ?? KEPT
  const starts = ({ tag }: Content) => trouble === 'anything starts' || tag === '1.37.0'
  const ill = () => !starts(content(shown)) || (trouble === 'stays bad' && shown !== HEAD)

  const stuck = () => somePod({ metadata: { namespace: 'canary', name: 'canary-2' }, spec: { containers: [{ name: 'canary', image: `busybox:${content(shown).tag}` }] }, status: { phase: 'Pending', containerStatuses: [{ name: 'canary', state: { waiting: { reason: 'ErrImagePull' } } }] } })
  const { kube: fake, done } = fakeKube({
    '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/canary': () => application('canary', {
      status: { sync: { ...application('canary').status?.sync, revision: shown }, health: { status: ill() ? 'Progressing' : 'Healthy' } },
    }),
    '/api/v1/namespaces/canary/pods': () => [somePod(), ...(starts(content(shown)) ? [] : [stuck()])],
  })
  const kube: Kube = {
    ...fake,
    async merge(object) {
      await fake.merge(object)
      if (trouble === 'argo sleeps') return
      shown = heads.drill ?? shown
      if (starts(content(shown))) served = `200 ${content(shown).page.trim()}`
      else if (trouble === 'old pods go') served = '502 Bad Gateway'
    },
  }

  const repository = {
    url: URL,
    heads: async () => ({ ...heads }),
    async clone<T>(name: string, use: (clone: Clone) => Promise<T>) {
      const place = folder()
      const files = { page: join(place, 'gitops/canary/index.html'), tag: join(place, 'gitops/canary/kustomization.yaml') }
      await mkdir(join(place, 'gitops/canary'), { recursive: true })
      const history = [heads[name] ?? HEAD]
      const write = async ({ page, tag }: Content) => { await writeFile(files.page, page); await writeFile(files.tag, `images:\n  - name: busybox\n    newTag: "${tag}" # raised by hand\n`) }
      await write(content(history[0] ?? HEAD))
      const add = (what: string, made: Content) => {
        const commit = String(commits.size).repeat(40)
        commits.set(commit, made)
        history.push(commit)
        done.push(what)
        return commit
      }
      return use({
        folder: place,
        head: async () => history.at(-1) ?? HEAD,
        commit: async message => add(message, { page: await readFile(files.page, 'utf8'), tag: /newTag: "?([^"\s]+)/.exec(await readFile(files.tag, 'utf8'))?.[1] ?? '' }),
        revert: async () => add('revert', content(history.at(-2) ?? HEAD)),
        async push(to) {
          if (to === 'main') throw badInput('never')
          heads[to] = history.at(-1) ?? HEAD
          done.push(`push ${to}`)
        },
      })
    },
  } as unknown as Repository

  const gitops = async () => ({ head: heads.main, applications: [declaredApplication('canary')], settings: [], canary: { host: 'canary.platform.internal', page: PAGE } }) as unknown as Declared
  const { host } = answering('', outside ? {} : undefined)
  const branch = canaryBranch(host, settings(), async (_scheme, name) => (name === 'canary.platform.internal' ? served : '404 page not found'), kube, gitops, repository, '1s')
  return { kube, repository, branch, heads, done }
}
