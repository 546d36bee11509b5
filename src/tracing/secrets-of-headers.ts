/** What is secret in `OTEL_EXPORTER_OTLP_HEADERS` (`name=value,name=value`, percent-encoded): each value, decoded too, and what follows a scheme such as Bearer. */
export function secretsOfHeaders(lists: readonly string[]): string[] {
  const values = lists.flatMap((list) => list.split(',')).map((pair) => pair.slice(pair.indexOf('=') + 1).trim());
  const forms = values.flatMap((value) => [value, decoded(value)]);
  return [...new Set(forms.flatMap((form) => [form, form.split(' ').at(-1) ?? '']))].filter((form) => form !== '');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
