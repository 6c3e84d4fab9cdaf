import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { badInput, Failure } from '../engine/failure.mts'
import { SIGNALS } from '../engine/interruption.mts'
import { memoryFile, type MemoryFile } from './memory-file.mts'
import { shellWords } from './shell-words.mts'

// Vim keeps swap, backup, undo and register files on disk unless told not to.
const VIM = ['-n', '-i', 'NONE', '--cmd', 'set noswapfile nobackup nowritebackup noundofile']

/** How an edit goes on: `accept` takes the text or throws, `again` is asked with the reason whether to reopen it. */
export type EditSteps<Result> = {
  accept(text: string): Promise<Result> | Result
  again(problem: string, stopped: AbortSignal): Promise<boolean>
}

/** Opens a text in the user's editor and gives what `accept` made of it; nothing stays behind, however it ends. */
export async function edit<Result>(name: string, text: string, { accept, again }: EditSteps<Result>): Promise<Result> {
  const command = editorCommand()
  const file = memoryFile(name, text)
  const stopped = new AbortController()
  const stop = (signal: NodeJS.Signals): void => {
    file.remove()
    stopped.abort(new Failure(`stopped by ${signal}; nothing was changed`, {}, 'interrupted'))
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  process.on('exit', file.remove)
  try {
    for (;;) {
      const code = await runEditor([...command, file.path], file.folder, stopped.signal)
      stopped.signal.throwIfAborted()
      const result = code === 0 ? await attempt(file, accept) : { problem: `the editor ended with ${code ?? 'a signal'}` }
      if (!('problem' in result)) return result.value
      const wanted = await again(result.problem, stopped.signal).catch(() => false)
      stopped.signal.throwIfAborted()
      if (!wanted) throw new Failure(`${result.problem}; the edited text was thrown away, nothing was changed`)
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
    process.off('exit', file.remove)
    file.remove()
  }
}

/** The editor's exit code once it has ended, null for a signal; an editor that outlives a stop is killed. */
function runEditor([program = '', ...args]: string[], folder: string, stopped: AbortSignal): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, TMPDIR: folder } })
    let impatience: NodeJS.Timeout | undefined
    const end = (): void => {
      child.kill('SIGTERM')
      impatience = setTimeout(() => child.kill('SIGKILL'), 2000)
    }
    stopped.addEventListener('abort', end, { once: true })
    child.on('error', () => reject(badInput(`the editor ${program} cannot be started`, { next: 'EDITOR=nano npm run secrets -- edit FILE' })))
    child.on('exit', (code) => {
      clearTimeout(impatience)
      stopped.removeEventListener('abort', end)
      resolve(code)
    })
  })
}

async function attempt<Result>(file: MemoryFile, accept: EditSteps<Result>['accept']): Promise<{ value: Result } | { problem: string }> {
  try {
    return { value: await accept(await readFile(file.path, 'utf8')) }
  } catch (thrown) {
    return { problem: (thrown as Error).message }
  }
}

/** SOPS_EDITOR, EDITOR, or VISUAL, as words; a vim is told to keep nothing. */
function editorCommand(env: Record<string, string | undefined> = process.env): string[] {
  const [program, ...args] = shellWords(env.SOPS_EDITOR || env.EDITOR || env.VISUAL || 'vi')
  if (program === undefined) throw badInput('no editor is set', { next: 'EDITOR=nano npm run secrets -- edit FILE' })
  return /^(n?vim|vim\.\w+)$/.test(basename(program)) ? [program, ...VIM, ...args] : [program, ...args]
}
