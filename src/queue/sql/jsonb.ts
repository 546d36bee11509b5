/**
 * JSON text PostgreSQL's jsonb accepts. Its text holds neither NUL nor half a surrogate pair, and one such
 * character in one item would fail the statement for all its neighbours (S9): they become U+FFFD. What
 * must arrive unchanged is refused by the mapping long before.
 */
export function toJsonb(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON.stringify writes a NUL and lone surrogates as escapes, and nothing else in these ranges.
  return text.includes('\\u')
    ? text.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escape) => (escape === '\\\\' ? escape : '\\ufffd'))
    : text;
}
