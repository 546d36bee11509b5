import type { TakeDown } from '../connectors/contract/index.js';
import type { DeletePolicies, DeletePolicy, Leaving } from '../mapping/pipeline.js';
import { leavingOf, milderThan, policyFor, takeDownOf } from './take-down-policy.js';

const live = { state: 'live', inDoubt: false, takenDown: null } as const;
const down = (takenDown: TakeDown | 'superseded' | null) => ({ state: 'gone', inDoubt: false, takenDown }) as const;

it.each([
  [{}, null],
  [{ state: 'live' }, null],
  [{ state: 'unpublished' }, 'unpublished'],
  [{ state: 'disabled' }, 'disabled'],
  [{ state: 'recycled' }, 'recycled'],
] as const)('the record %j leaves the shop because it is %s', (record, leaving) => {
  expect(leavingOf(record)).toBe(leaving);
});

it('each reason to leave has its own policy, or that of all', () => {
  const policies: DeletePolicies = { policy: 'archive', disabled: 'disable', deleted: 'delete', unpublished: 'keep' };
  const reasons: Leaving[] = ['unpublished', 'disabled', 'recycled', 'deleted', 'excluded'];
  expect(reasons.map((leaving) => policyFor(policies, leaving))).toEqual(['keep', 'disable', 'archive', 'delete', 'archive']);
});

describe('what the shop has of a document', () => {
  const policies: DeletePolicy[] = ['keep', 'disable', 'archive', 'delete'];

  it.each([
    ['is live', live, [null, 'disable', 'archive', 'delete']],
    ['may stand there', { ...live, inDoubt: true }, [null, 'disable', 'archive', 'delete']],
    ['may have gone down', { ...down('delete'), inDoubt: true }, [null, 'disable', 'archive', 'delete']],
    ['is disabled', down('disable'), [null, null, 'archive', 'delete']],
    ['is archived', down('archive'), [null, null, null, 'delete']],
    ['is deleted', down('delete'), [null, null, null, null]],
    ['is another’s by now', down('superseded'), [null, null, null, null]],
    ['was never taken', down(null), [null, null, null, null]],
  ] as const)('goes down by keep, disable, archive and delete where it %s', (_, row, expected) => {
    expect(policies.map((policy) => takeDownOf(row, policy))).toEqual(expected);
  });

  it('is looked for by a sweep where what is deleted goes further than it went', () => {
    expect(policies.map((policy) => milderThan(policy))).toEqual([[], [], ['disable'], ['disable', 'archive']]);
  });
});
