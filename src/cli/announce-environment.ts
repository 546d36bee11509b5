import { readSettings } from '../config/settings.js';
import { environmentText } from './environment-text.js';

/** Tells whoever sits at a terminal which installation answers him, before it does. Not in what a script reads. */
export function announceEnvironment(env: NodeJS.ProcessEnv, stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  try {
    stream.write(`${environmentText(readSettings(env).environment, stream)}\n`);
  } catch {
    // Settings that have mistakes are told by the command itself, all of them.
  }
}
