import type { TakeDown } from '../connectors/contract/index.js';
import type { DeletePolicies, DeletePolicy, Leaving } from '../mapping/pipeline.js';
import type { MirrorRow } from '../mirror/sql/read-mirror.js';
import type { SourceRecord } from '../model/record.js';

/** From the mildest on: each leaves less in the shop than the one before. */
const mildestFirst: readonly DeletePolicy[] = ['keep', 'disable', 'archive', 'delete'];

/** Why the source itself says that a record is not to be seen; null where it is live. That it does not qualify by `when` is asked after this. */
export function leavingOf({ state = 'live' }: Pick<SourceRecord, 'state'>): Leaving | null {
  return state === 'live' ? null : state;
}

export function policyFor(policies: DeletePolicies, leaving: Leaving): DeletePolicy {
  return policies[leaving] ?? policies.policy;
}

/** Take-downs that leave more in the shop than this policy: it acts on what went down by them. */
export function milderThan(policy: DeletePolicy): readonly TakeDown[] {
  return mildestFirst.slice(0, mildestFirst.indexOf(policy)).filter((one) => one !== 'keep');
}

/**
 * How what the shop has of a document is taken down; null where nothing is to be done. What is in doubt may stand there (rule 4).
 * What is down already goes down further by a harsher policy (disabled, then deleted), and never comes up by a milder one.
 */
export function takeDownOf(
  { state, inDoubt, takenDown }: Pick<MirrorRow, 'state' | 'inDoubt' | 'takenDown'>,
  policy: DeletePolicy,
): TakeDown | null {
  if (policy === 'keep') return null;
  if (inDoubt || state === 'live') return policy;
  return milderThan(policy).some((milder) => milder === takenDown) ? policy : null;
}
