import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fixes, operator, paste } from './fixes.mts'
import type { Ground } from './ground.mts'

/** An app is added and removed as docs/gitops.md says, by pasting, where Argo CD follows the platform's repository. */
export function helloStories(name: string, ground: Ground): void {
  const test = suite(`${name}: docs/gitops.md`)
  const { lab } = ground

  test.before(async () => {
    await ground.converged()
    await operator(lab, 'git fetch --quiet origin && git reset --quiet --hard origin/main')
  })

  test('an app that is added by pasting is served', async () => {
    for (const block of fixes('gitops', 'Add an app')) await paste(lab, block)
    assert.match(await applications(), /^hello$/m)
  })

  test('removed by pasting it is gone, with its namespace', async () => {
    for (const block of fixes('gitops', 'Remove an app')) await paste(lab, block)
    await lab.exec('kubectl wait --for=delete namespace/hello --timeout=90s; kubectl -n argocd wait --for=delete application/hello --timeout=90s')
    assert.not.match(await applications(), /^hello$/m)
    assert.is((await lab.exec('kubectl get namespace hello --ignore-not-found -o name')).stdout, '')
  })

  test.run()

  async function applications(): Promise<string> {
    return (await lab.exec('kubectl -n argocd get applications -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\n"}{end}\'')).stdout
  }
}
