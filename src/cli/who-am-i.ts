import { userInfo } from 'node:os';
import type { Actor } from '../model/actor.js';

/** The person at this command line, as the system knows him; by number where he has no name (a container). */
export function whoAmI(): Actor {
  try {
    return { kind: 'user', name: userInfo().username };
  } catch {
    return { kind: 'user', name: String(process.getuid?.() ?? 'unknown') };
  }
}
