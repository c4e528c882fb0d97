// Stands behind a script that has `by` and `asked`: each line of standard input is a question in
// JSON, and gets a line of JSON in answer, in order. JSON-LD contexts come with a question; nothing
// is asked of a network.
import { createInterface } from 'node:readline'

const contexts = new Map()

const reason = (error) =>
  (error?.errors ?? []).map(reason).join('; ') || error?.message || String(error)

const everyone = {
  know: async ({ documents }) => {
    for (const [url, document] of Object.entries(documents)) {
      contexts.set(url, document)
    }
    return null
  },
  issue: async (question) => by(question).issue(question),
  verify: async (question) => (await by(question).verifier(question))(),

  // Milliseconds, each of one verification, after as many to warm up as a compiler may want.
  time: async (question) => {
    const judge = await by(question).verifier(question)
    const run = async (times) => {
      const taken = []
      for (let count = 0; count < times; count += 1) {
        const started = performance.now()
        const wrong = await judge()
        taken.push(performance.now() - started)
        if (wrong !== null) {
          throw new Error(wrong)
        }
      }
      return taken
    }
    await run(question.times)
    return run(question.times)
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line)
  let answer
  try {
    answer = { value: await { ...everyone, ...asked }[question.ask](question) }
  } catch (error) {
    answer = { error: reason(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
