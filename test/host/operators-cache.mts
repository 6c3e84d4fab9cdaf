import { folder } from '../folder.mts'

/** Puts the operator's downloads into a folder of this test's own, until `restore` is called. */
export function ownCache(): { readonly path: string, restore(): void } {
  const before = process.env.XDG_CACHE_HOME
  const path = folder()
  process.env.XDG_CACHE_HOME = path
  return {
    path: `${path}/proven-platform/artifacts`,
    restore() {
      if (before === undefined) delete process.env.XDG_CACHE_HOME
      else process.env.XDG_CACHE_HOME = before
    },
  }
}
