import type { Request } from 'express';
import { holderOfRequest } from '../access/access.guard.js';
import type { Actor } from '../model/actor.js';

/** Who acts, as the audit log names him. */
export function actorOf(request: Request): Actor {
  return { kind: 'key', name: holderOfRequest(request).name };
}
