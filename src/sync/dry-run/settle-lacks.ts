import { insteadOfSending, type ForeseenEntity } from './foreseen.js';

/**
 * Lets wait what refers strongly to something that the shop neither has nor would get by this sync, and then
 * what refers to that, until nothing changes any more. Pure.
 */
export function settleLacks(pipeline: string, entities: readonly ForeseenEntity[]): ForeseenEntity[] {
  let settled = [...entities];
  for (;;) {
    const coming = new Set(settled.filter((one) => one.appears).map((one) => one.key.toLowerCase()));
    let changed = false;
    settled = settled.map((entity) => {
      const missing = entity.lacks.find((one) => one.pipeline !== pipeline || !coming.has(one.key.toLowerCase()));
      if (!missing || !isSent(entity)) return entity;
      changed = true;
      const message = `waits for ${missing.pipeline} ${missing.key}, which is not in the shop yet`;
      return insteadOfSending(entity, 'waits', { field: null, code: 'reference_missing', message });
    });
    if (!changed) return settled;
  }
}

function isSent(entity: ForeseenEntity): boolean {
  return entity.documents.some((one) => one.action === 'create' || one.action === 'update');
}
