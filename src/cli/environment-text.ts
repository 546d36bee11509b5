import { styleText } from 'node:util';
import type { Environment } from '../config/settings.js';

/** As a terminal knows them: it has no orange. */
const colours = { grey: 'gray', green: 'green', blue: 'blue', yellow: 'yellow', orange: 'yellowBright', red: 'red' } as const;

/** The name of an installation in its colour; bare where the stream is no terminal, or NO_COLOR is set. */
export function environmentText({ name, colour }: Environment, stream: NodeJS.WriteStream): string {
  return styleText(['inverse', colours[colour]], ` ${name} `, { stream });
}
