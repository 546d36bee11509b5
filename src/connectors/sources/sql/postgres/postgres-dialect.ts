import type { Column, Dialect } from '../server.js';

export const postgresDialect: Dialect = {
  product: 'PostgreSQL',
  clock: 'now()',
  name: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  placeholder: (position) => `$${position}`,
  asText: (expression) => `(${expression})::text`,
  asEpoch: (expression) => `floor(extract(epoch FROM (${expression})) * 1000)::bigint`,
  cast: (expression, { cast }: Column) => (cast === null ? expression : `${expression}::${cast}`),
  among: (expression, column, keys, values) => `${expression} = ANY(${values.add(keys)}::${column.cast ?? 'text'}[])`,
  marks: (kind) => (kind === 'boolean' ? ['true', 'false'] : kind === 'integer' || kind === 'decimal' ? ['1', '0'] : null),
  literal: String,
};
