import {
  Unavailable,
  type OpenSource,
  type OpenTarget,
  type SeenVersion,
  type SourceAbilities,
} from '../../../src/connectors/contract/index.js';
import { isSymbolic } from '../../../src/model/document.js';

/** Whether the PIM marks what was changed, and has a version to compare. */
export type Marks = 'versioned' | 'unversioned' | null;

/** The plain PIM and shop of another process. */
export function remotePlain(url: string, marks: Marks = null): { pim: OpenSource & Partial<SourceAbilities>; shop: OpenTarget } {
  const call = async <Answer>(method: string, argument: unknown): Promise<Answer> => {
    const answer = await fetch(`${url}/${method}`, { method: 'POST', body: JSON.stringify(argument) }).catch((error: unknown) => {
      throw new Unavailable(String(error), 20);
    });
    if (answer.status !== 200) throw new Unavailable(await answer.text(), 20);
    return (await answer.json()) as Answer;
  };
  const check = (): Promise<{ ok: true; detail: string }> => Promise.resolve({ ok: true, detail: url });
  return {
    pim: {
      check,
      changes: (entity, cursor, { overlapMs }) => call('changes', { entity, cursor, overlapMs }),
      keys: (_entity, cursor, { withRecords }) => call('keys', { cursor, withRecords }),
      fetch: (_entity, keys) => call('fetch', { keys }),
      ...(marks === null
        ? {}
        : {
            acknowledges: () => (marks === 'versioned' ? ('after-settlement' as const) : ('before-fetch' as const)),
            acknowledge: (_entity: string, seen: readonly SeenVersion[]) => call<void>('acknowledge', { seen }),
          }),
    },
    shop: {
      check,
      write: (items, { resolve }) => {
        const references = items
          .flatMap((item) => Object.values(item.fields))
          .flatMap((value) => (isSymbolic(value) ? [value.$ref as { pipeline: string; key: string }] : []));
        const resolved = Object.fromEntries(references.map((reference) => [`${reference.pipeline} ${reference.key}`, resolve(reference)]));
        return call('write', { items, resolved });
      },
    },
  };
}
