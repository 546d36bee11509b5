import { z } from 'zod';
import type { ChangeKind } from '../../../../model/change.js';
import type { Change, JsonValue } from '../../../contract/index.js';
import { readJson } from '../read-value.js';

/** A row of a change table, as the triggers write it. `related`: not the record itself, but something that hangs on it. */
const Note = z.object({
  sequence: z.string().regex(/^\d+$/),
  entity: z.string(),
  key: z.string(),
  /** The key it had before, where an edit gave it another. */
  oldKey: z.string().nullable(),
  kind: z.enum(['created', 'updated', 'deleted', 'related']),
  /** Columns that have other values than before; null: unknown. */
  changed: z.array(z.string()).nullable(),
});
export type Note = z.infer<typeof Note>;

/** The columns of a change table, in the order in which a row is read. */
export const noteColumns = ['sequence', 'entity', 'entity_key', 'old_key', 'kind', 'changed'] as const;

/** Null for a row that no trigger of ours has written. */
export function readNote([sequence, entity, key, oldKey, kind, changed]: readonly JsonValue[]): Note | null {
  const fields = typeof changed === 'string' ? readJson(changed) : changed;
  const read = Note.safeParse({ sequence, entity, key, oldKey, kind, changed: fields });
  return read.success ? read.data : null;
}

/** What notes say of one record, in their order. */
interface Tale {
  readonly kind: ChangeKind | 'related';
  readonly sequence: string;
  readonly changed: ReadonlySet<string> | null;
}

/** One change a record, of everything that a page of notes says of it. `stating`: the columns that tell its state. */
export function changesIn(notes: readonly Note[], stating: readonly string[]): readonly (Change & { readonly relatedOnly: boolean })[] {
  const tales = new Map<string, Tale>();
  for (const note of notes) for (const { key, ...step } of stepsOf(note)) tales.set(key, follow(tales.get(key), step));
  return [...tales].map(([key, { kind, sequence, changed }]) => ({
    key,
    kind: kind === 'related' ? 'updated' : kind,
    // The same row is the same news; a number says nothing of the order of what is read then.
    version: { id: `change ${sequence}`, order: null, closed: true },
    ...(changed === null || kind === 'deleted' ? {} : { changedFields: fieldsOf(changed, stating) }),
    relatedOnly: kind === 'related',
  }));
}

function fieldsOf(changed: ReadonlySet<string>, stating: readonly string[]): string[] {
  return [...new Set([...changed, ...(stating.some((column) => changed.has(column)) ? ['state'] : [])])].sort();
}

/** An edit that changes the key is the end of one record and the beginning of another; one that changes nothing is none. */
function stepsOf({ key, oldKey, kind, sequence, changed }: Note): readonly (Tale & { readonly key: string })[] {
  const step = { key, kind, sequence, changed: changed === null || kind === 'created' ? null : new Set(changed) };
  if (oldKey !== null && oldKey !== key)
    return kind === 'related'
      ? [{ ...step, key: oldKey }, step]
      : [
          { ...step, key: oldKey, kind: 'deleted', changed: null },
          { ...step, kind: 'created', changed: null },
        ];
  return kind === 'updated' && changed?.length === 0 ? [] : [step];
}

function follow(before: Tale | undefined, step: Tale): Tale {
  if (before === undefined) return { kind: step.kind, sequence: step.sequence, changed: step.changed };
  const { kind, sequence } = step;
  // Whatever hangs on a record that is gone brings it back no more than it takes it away.
  if (kind === 'related' && before.kind === 'deleted') return { ...before, sequence };
  if (kind === 'deleted' || kind === 'created') return { kind, sequence, changed: null };
  const changed = before.changed === null || step.changed === null ? null : new Set([...before.changed, ...step.changed]);
  return { kind: before.kind === 'related' ? kind : before.kind, sequence, changed };
}
