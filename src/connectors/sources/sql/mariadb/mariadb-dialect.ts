import type { Dialect } from '../server.js';

export const mariadbDialect: Dialect = {
  product: 'MariaDB',
  clock: 'NOW(6)',
  name: (identifier) => `\`${identifier.replaceAll('`', '``')}\``,
  placeholder: () => '?',
  asText: (expression) => `CAST(${expression} AS CHAR)`,
  asEpoch: (expression) => `FLOOR(UNIX_TIMESTAMP(${expression}) * 1000)`,
  cast: (expression, { cast }) => (cast === null ? expression : `CAST(${expression} AS ${cast})`),
  among: (expression, column, keys, values) => `${expression} IN (${keys.map((key) => values.cast(key, column)).join(', ')})`,
  marks: (kind) => (kind === 'integer' || kind === 'decimal' ? ['1', '0'] : null),
  literal: (value) => (typeof value === 'boolean' ? (value ? '1' : '0') : String(value)),
};
