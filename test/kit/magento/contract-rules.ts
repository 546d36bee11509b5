import Ajv from 'ajv-draft-04';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { ContractFile, Operation, SchemaObject } from './contract-file.js';

interface Checked {
  readonly segments: readonly string[];
  readonly operation: Operation;
  request?: ValidateFunction;
  answer?: ValidateFunction;
}

const known = new WeakMap<ContractFile, ContractRules>();

/** Compiled once per file and process: the first body of a route costs tens of milliseconds, later ones microseconds. */
export function rulesOf(file: ContractFile): ContractRules {
  const rules = known.get(file) ?? new ContractRules(file);
  known.set(file, rules);
  return rules;
}

/** What the file says of a path, a method and a body. Every check answers the problem, or null. */
export class ContractRules {
  readonly #operations = new Map<string, Checked[]>();
  readonly #requests: Ajv;
  readonly #answers: Ajv;

  constructor(file: ContractFile) {
    this.#answers = schemas(file.definitions);
    this.#requests = schemas(withNulls(file.definitions));
    for (const [path, operations] of Object.entries(file.paths)) {
      for (const [method, operation] of Object.entries(operations)) this.#add(method.toUpperCase(), path, operation);
    }
  }

  ofRequest(method: string, path: string, body: unknown): string | null {
    const found = this.#find(method, path);
    if (!found) return 'no such path and method';
    const parameter = found.operation.parameters?.find(({ in: place }) => place === 'body');
    if (body === undefined) return parameter?.required ? 'the body is missing' : null;
    if (!parameter?.schema) return 'a body where none is expected';
    found.request ??= this.#requests.compile(located(parameter.schema));
    return found.request(body) ? null : problems(found.request.errors);
  }

  ofAnswer(method: string, path: string, status: number, body: unknown): string | null {
    const found = this.#find(method, path);
    if (!found) return null;
    if (status >= 300) {
      return typeof (body as { message?: unknown } | null)?.message === 'string' ? null : 'an error without message';
    }
    const schema = found.operation.responses?.['200']?.schema;
    if (!schema) return null;
    found.answer ??= this.#answers.compile(located(schema));
    return found.answer(body) ? null : problems(found.answer.errors);
  }

  #add(method: string, path: string, operation: Operation): void {
    const segments = path.replace(/\/$/, '').split('/').slice(1);
    const group = this.#operations.get(`${method} ${segments.length}`) ?? [];
    group.push({ segments, operation });
    this.#operations.set(`${method} ${segments.length}`, group);
  }

  /** The operation with the fewest parameters that fits. */
  #find(method: string, path: string): Checked | undefined {
    const parts = path.split('/').slice(1);
    let best: Checked | undefined;
    let fewest = Infinity;
    for (const candidate of this.#operations.get(`${method} ${parts.length}`) ?? []) {
      let open = 0;
      const fits = candidate.segments.every((segment, index) => {
        if (segment.startsWith('{')) open += 1;
        else return segment === parts[index];
        return parts[index] !== '';
      });
      if (fits && open < fewest) [best, fewest] = [candidate, open];
    }
    return best;
  }
}

function schemas(definitions: Readonly<Record<string, SchemaObject>>): Ajv {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ id: 'magento', definitions });
  return ajv;
}

/** `#/definitions/x` as seen from a schema outside the file. */
function located(schema: SchemaObject): SchemaObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', '"magento#/definitions/')) as SchemaObject;
}

function withNulls(definitions: Readonly<Record<string, SchemaObject>>): Record<string, SchemaObject> {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => {
      const strict = new Set(name.includes('media-gallery-entry') ? [] : schema.required);
      const properties = Object.entries(schema.properties ?? {}).map(([property, rule]) => [
        property,
        strict.has(property) ? rule : nullable(rule),
      ]);
      return [name, schema.properties ? { ...schema, properties: Object.fromEntries(properties) as Record<string, SchemaObject> } : schema];
    }),
  );
}

function nullable(rule: SchemaObject): SchemaObject {
  if (rule.$ref !== undefined) return { anyOf: [rule, { type: 'null' }] };
  return typeof rule.type === 'string' ? { ...rule, type: [rule.type, 'null'] } : rule;
}

function problems(errors: readonly ErrorObject[] | null | undefined): string {
  return (errors ?? [])
    .slice(0, 5)
    .map(({ instancePath, message, params }) => `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`)
    .join('; ');
}
