export type Nested = { [name: string]: Nested | string };

/** `filter[id][_in][0]=a` as nested objects; a JSON value of `filter` too. */
export function nestedQuery(query: URLSearchParams): Nested {
  const root: Nested = Object.create(null) as Nested;
  for (const [name, value] of query) {
    const path = name.replaceAll(']', '').split('[');
    const last = path.pop() ?? '';
    let inner = root;
    for (const step of path) inner = inside(inner, step);
    inner[last] = value;
  }
  return root;
}

function inside(object: Nested, name: string): Nested {
  const found = object[name];
  if (typeof found === 'object') return found;
  const made: Nested = Object.create(null) as Nested;
  object[name] = made;
  return made;
}

type Shown = Readonly<Record<string, unknown>>;

/** Whether a record passes a filter of fields and operators, `_eq` as Directus writes them or `$eq` as Strapi does. */
export function passes(filter: unknown, shown: Shown): boolean {
  if (filter === undefined) return true;
  return Object.entries(filter as Record<string, unknown>).every(([name, condition]) => {
    const inner = Object.values((condition ?? {}) as Record<string, unknown>);
    if (/^[_$]and$/.test(name)) return inner.every((one) => passes(one, shown));
    if (/^[_$]or$/.test(name)) return inner.some((one) => passes(one, shown));
    return Object.entries(condition as Record<string, unknown>).every(([operator, value]) => holds(operator.slice(1), shown[name], value));
  });
}

function holds(operator: string, shown: unknown, value: unknown): boolean {
  if (operator === 'in') return Object.values(value as object).includes(shown);
  if (shown === null || shown === undefined) return false;
  const [one, other] = typeof shown === 'number' ? [shown, Number(value)] : [String(shown), String(value)];
  if (operator === 'eq') return one === other;
  if (operator === 'gt') return one > other;
  if (operator === 'gte') return one >= other;
  throw new Error(`the stand-in knows no operator ${operator}`);
}
