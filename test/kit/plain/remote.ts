import { Unavailable, type OpenSource, type OpenTarget } from '../../../src/connectors/contract/index.js';
import { isSymbolic } from '../../../src/model/document.js';

/** The plain PIM and shop of another process. */
export function remotePlain(url: string): { pim: OpenSource; shop: OpenTarget } {
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
      changes: (_entity, cursor, { overlapMs }) => call('changes', { cursor, overlapMs }),
      keys: (_entity, cursor, { withRecords }) => call('keys', { cursor, withRecords }),
      fetch: (_entity, keys) => call('fetch', { keys }),
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
