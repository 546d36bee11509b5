import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** One of a list. */
export interface Question {
  readonly text: string;
  readonly answers: readonly { readonly id: string; readonly title: string }[];
}

/**
 * Asks a person one question after the other until he names one of its answers, by number or by name; an empty line is the
 * first. Null once nobody answers any more. All from one reader: who types ahead is not unheard.
 */
export async function askChoices(questions: readonly Question[], input: Readable, output: Writable): Promise<string[] | null> {
  const lines = createInterface({ input, output, prompt: '[1] ' });
  const reader = lines[Symbol.asyncIterator]();
  const next = async (): Promise<string | null> => {
    lines.prompt();
    const read = await reader.next();
    return read.done === true ? null : read.value;
  };
  try {
    const chosen: string[] = [];
    for (const question of questions) {
      const answer = await askOne(question, next, output);
      if (answer === null) return null;
      chosen.push(answer);
    }
    return chosen;
  } finally {
    lines.close();
  }
}

async function askOne({ text, answers }: Question, next: () => Promise<string | null>, output: Writable): Promise<string | null> {
  output.write(`${text}\n${answers.map(({ id, title }, index) => `  ${index + 1}  ${id.padEnd(12)} ${title}`).join('\n')}\n`);
  for (;;) {
    const line = await next();
    if (line === null) return null;
    const said = line.trim() === '' ? '1' : line.trim().toLowerCase();
    const found = answers.find(({ id }, index) => id === said || String(index + 1) === said);
    if (found) return found.id;
    output.write(`write a number from 1 to ${answers.length}, or a name\n`);
  }
}
