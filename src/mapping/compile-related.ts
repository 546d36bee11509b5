import type { SourceRecord } from '../model/record.js';
import type { Compilation } from './compilation.js';
import { compilePath, type Reader } from './read-path.js';
import { Run } from './run.js';
import { heard } from './subscription.js';

/** Something of the source that a record shows or depends on beside itself. */
export interface RelatedUse {
  readonly entity: string;
  readonly key: string;
}

/** What a record uses, by `related`, and what it inherits from: the keys at its paths, in every scope. Pure, and never throws. */
export type Uses = (record: SourceRecord) => RelatedUse[];

export function compileRelated(compilation: Compilation): Uses {
  const { data } = compilation.file;
  const { maxText } = data;
  const readers = [...(data.related ?? []), ...heard(data, compilation.context.inherits)].flatMap(({ entity, from }, index) =>
    [from].flat().flatMap((path) => {
      const reader = compilePath(path, ['related', index, 'from'], true, compilation);
      return reader === null ? [] : [{ entity, reader }];
    }),
  );
  return (record) => {
    const found = new Map<string, RelatedUse>();
    for (const scope of compilation.scopes)
      for (const { entity, reader } of readers)
        for (const key of keysAt(reader, new Run(record, scope, maxText))) found.set(`${entity} ${key}`, { entity, key });
    return [...found.values()];
  };
}

/** What is wrong with a value is said by the rule that maps it: here it is the key of nothing. */
function keysAt(reader: Reader, run: Run): string[] {
  const value = reader.read(run);
  return [value].flat().flatMap((item) => (typeof item === 'string' || typeof item === 'number' ? [String(item)] : []));
}
