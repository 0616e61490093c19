// The harness, on standard input and output: one JSON object a line.
import { createInterface } from 'node:readline'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
let doing = 'start'

export function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

export async function ask(what) {
  say(what)
  const { value, done } = await lines.next()
  if (done) throw new Error('the harness is gone')
  return JSON.parse(value)
}

/** Does a step, and tells what came of it. */
export async function step(name, act, tell = () => ({})) {
  doing = name
  const outcome = await act()
  say({ step: name, ...tell(outcome) })
  return outcome
}

/** Runs the whole program; a step that fails is named. */
export async function run(program) {
  try {
    await program()
    say({ step: 'done' })
    process.exit(0)
  } catch (error) {
    const { error: code, error_description: description, status } = error
    const cause = error.cause instanceof Error ? error.cause.message : JSON.stringify(error.cause)
    const why = [error.message, error.code, status, code, description, cause]
    say({ failed: doing, why: why.filter((part) => part !== undefined).join(' | ') })
    process.exit(1)
  }
}
