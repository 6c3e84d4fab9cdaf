/** The branch that the drills of 04-argocd commit to, and put back. */
export const DRILL_BRANCH = 'drill'

/** Whether a name can be the branch that Argo CD follows: plain, so that Git takes it, and not the one of the drills. */
export function isBranch(name: string): boolean {
  return name !== DRILL_BRANCH && /^(?!.*(\.\.|\/\/|\.lock$|[/.]$))[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name)
}
