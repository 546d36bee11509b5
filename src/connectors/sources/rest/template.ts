import type { JsonValue } from '../../contract/index.js';

/** What placeholders are filled with. One that has no value takes what it stands in with it. */
export interface Values {
  readonly size?: number | undefined;
  readonly page?: number | undefined;
  readonly offset?: number | undefined;
  readonly after?: string | number | undefined;
  readonly cursor?: string | undefined;
  readonly since?: string | number | undefined;
  readonly key?: string | number | undefined;
  readonly keys?: readonly (string | number)[] | undefined;
}

const names = 'size|page|offset|after|cursor|since|key|keys';
const placeholder = new RegExp(`\\{(${names})(:json)?\\}`, 'g');
const alone = new RegExp(`^\\{(${names})\\}$`);

type Name = keyof Values;

/** A text with its placeholders filled in; `{key:json}` as JSON, a list of `{keys}` with commas; undefined where one has no value. */
export function fillText(text: string, values: Values): string | undefined {
  let lacks = false;
  const filled = text.replace(placeholder, (_, name: Name, json?: string) => {
    const value = values[name];
    if (value === undefined) lacks = true;
    return json === undefined ? String(value) : JSON.stringify(value);
  });
  return lacks ? undefined : filled;
}

/** The parameters of a request. A name with `{n}` stands for one parameter a key: `filter[id][in][{n}]: '{key}'`. */
export function fillQuery(query: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const [name, text] of Object.entries(query)) {
    const each = name.includes('{n}') ? (values.keys ?? []).map((key) => ({ ...values, key })) : [values];
    for (const [index, own] of each.entries()) {
      const value = fillText(text, own);
      if (value !== undefined) filled[name.replace('{n}', String(index))] = value;
    }
  }
  return filled;
}

/** A path: what is filled in is one step of it, whatever it looks like. */
export function fillPath(path: string, { key }: Values): string {
  return path.replace('{key}', () => encodeURIComponent(String(key)));
}

/** A body. A text that is a placeholder and nothing else becomes the value itself: a number, a list of keys. */
export function fillBody(body: JsonValue, values: Values): JsonValue | undefined {
  if (typeof body === 'string') {
    const name = alone.exec(body)?.[1] as Name | undefined;
    return name === undefined ? fillText(body, values) : (values[name] as JsonValue | undefined);
  }
  if (Array.isArray(body)) return body.flatMap((one) => fillBody(one, values) ?? (one === null ? [null] : []));
  if (body === null || typeof body !== 'object') return body;
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, inner]) => {
      const value = fillBody(inner, values);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Whether a list of keys is written with commas between them: then no key may hold one. */
export function joinsKeys(texts: readonly string[]): boolean {
  return texts.some((text) => text.includes('{keys}'));
}
