/**
 * The fields of Elastic Common Schema that the log uses, with their types as its reference states them
 * (https://www.elastic.co/docs/reference/ecs/ecs-field-reference, version 8.10).
 */
const fields: Readonly<Record<string, 'date' | 'keyword' | 'text' | 'long'>> = {
  '@timestamp': 'date',
  message: 'text',
  'ecs.version': 'keyword',
  'log.level': 'keyword',
  'service.name': 'keyword',
  'service.node.name': 'keyword',
  'event.dataset': 'keyword',
  'event.reason': 'keyword',
  'event.duration': 'long',
  'host.name': 'keyword',
  'process.pid': 'long',
  'error.code': 'keyword',
  'error.message': 'text',
  'error.stack_trace': 'text',
  'error.type': 'keyword',
  'http.request.id': 'keyword',
  'url.full': 'keyword',
  'trace.id': 'keyword',
  'span.id': 'keyword',
};

/** Every line has these. */
const required = ['@timestamp', 'message', 'ecs.version', 'log.level', 'service.name', 'event.dataset'];

/** What is wrong with a line of JSON in the eyes of the schema; empty where it is in order. A name that is not of the schema may only stand below `labels` or in our own namespace. */
export function ecsMistakes(line: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return [`no JSON: ${line.slice(0, 200)}`];
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return ['no object'];
  const flat = flatten(parsed);
  const twice = flat.map(([name]) => name).filter((name, index, all) => all.indexOf(name) !== index);
  const names = new Set(flat.map(([name]) => name));
  return [
    ...required.filter((name) => !names.has(name)).map((name) => `${name} is missing`),
    ...twice.map((name) => `${name} stands there twice`),
    ...flat.flatMap(([name, value]) => mistakeOf(name, value)),
  ];
}

function mistakeOf(name: string, value: unknown): string[] {
  if (name.startsWith('pim2shop.')) return [];
  if (/^labels\.[a-z]+$/.test(name)) return typeof value === 'string' ? [] : [`${name} is no keyword`];
  const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (type === undefined) return [`${name} is no field of the schema`];
  if (type === 'long') return Number.isSafeInteger(value) ? [] : [`${name} is no whole number`];
  if (typeof value !== 'string') return [`${name} is no text`];
  return type === 'date' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? [`${name} is no date`] : [];
}

/** Names with dots and objects in objects are the same to the schema. What is ours is not looked into. */
function flatten(value: object, path = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): [string, unknown][] => {
    const name = path === '' ? key : `${path}.${key}`;
    if (name === 'pim2shop') return [['pim2shop.', item]];
    return typeof item === 'object' && item !== null && !Array.isArray(item) ? flatten(item, name) : [[name, item]];
  });
}
