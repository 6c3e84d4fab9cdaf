import { badInput } from '../../lib/engine/failure.mts'
import type { Containers } from './containers.mts'
import { mirrors } from './mirrors.mts'
import { IMAGE_FILES, recipeKey, type Recipe } from './recipe.mts'
import { PREFIX } from './site.mts'
import { canMakeTrees, tree } from './tree.mts'

/**
 * The name of the finished image of a recipe, made when it is not there yet. Debian needs no registry where root can
 * make a tree; Ubuntu, a docker without root and a machine without a mirror do.
 */
export async function image(containers: Containers, recipe: Recipe): Promise<string> {
  const from = recipe.suite !== undefined && await canMakeTrees() ? await mirrors() : undefined
  const key = await recipeKey(recipe, from)
  const name = `localhost/${PREFIX}-${recipe.name}:${key}`
  if ((await containers.attempt(['image', 'inspect', name])).code === 0) return name
  if (from !== undefined) await containers.run(['import', await tree(recipe, from, key), name])
  else if (await registryAnswers()) await build(containers, recipe, name)
  else throw unobtainable(recipe)
  return name
}

/** Whether an image registry answers from here. */
export async function registryAnswers(): Promise<boolean> {
  try {
    return (await fetch('https://registry-1.docker.io/v2/', { signal: AbortSignal.timeout(3000) })).status === 401
  } catch {
    return false
  }
}

/** The same from an image registry. Needs the Internet, so it has run on no machine without it. */
async function build(containers: Containers, { base, packages, role }: Recipe, name: string): Promise<void> {
  const settings = { BASE: base, PACKAGES: packages.join(' '), ROLE: role }
  const words = Object.entries(settings).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
  await containers.run(['build', '--tag', name, ...words, IMAGE_FILES])
}

function unobtainable({ name, base, suite }: Recipe): Error {
  if (suite === undefined) {
    return badInput(`${name} can only be made from ${base}, and no image registry answers from here`, { next: 'npm run lab -- --os debian-12, as root' })
  }
  return badInput(`${name} is made from a Debian mirror as root with mmdebstrap, or from ${base}, and neither is to be had here`, {
    found: 'no Debian mirror among apt\'s sources, and no image registry answers',
    next: 'as root: DEBIAN_MIRROR=http://…/debian npm run lab',
  })
}
