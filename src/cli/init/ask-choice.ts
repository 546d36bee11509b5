import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** One of a list. */
export interface Question {
  readonly text: string;
  readonly answers: readonly { readonly id: string; readonly title: string }[];
}

/** Asks a person until he names one of them, by number or by name; an empty line is the first. Null once nobody answers any more. */
export async function askChoice({ text, answers }: Question, input: Readable, output: Writable): Promise<string | null> {
  const lines = createInterface({ input, output, prompt: '[1] ' });
  output.write(`${text}\n${answers.map(({ id, title }, index) => `  ${index + 1}  ${id.padEnd(12)} ${title}`).join('\n')}\n`);
  try {
    lines.prompt();
    for await (const line of lines) {
      const said = line.trim() === '' ? '1' : line.trim().toLowerCase();
      const found = answers.find(({ id }, index) => id === said || String(index + 1) === said);
      if (found) return found.id;
      output.write(`write a number from 1 to ${answers.length}, or a name\n`);
      lines.prompt();
    }
    return null;
  } finally {
    lines.close();
  }
}
