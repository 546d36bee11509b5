import { Misconfigured, Unavailable } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import { isObject } from './json.js';

/** One entry of `errors`: https://spec.graphql.org/October2021/#sec-Errors */
export interface GraphqlError {
  readonly message: string;
  /** Where in `data` it belongs; empty where it concerns the request as a whole. */
  readonly path: readonly (string | number)[];
}

export function readErrors(errors: JsonValue | undefined): GraphqlError[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => {
    if (!isObject(error)) return { message: 'an error without a message', path: [] };
    const path = Array.isArray(error.path) ? error.path.filter((part) => typeof part === 'string' || typeof part === 'number') : [];
    return { message: typeof error.message === 'string' ? error.message.slice(0, 300) : 'an error without a message', path };
  });
}

/** What the validation of webonyx/graphql-php says of a query that asks for something the schema has not. */
const notInSchema =
  /^(Cannot query field|Unknown (argument|type|field|fragment)|Field "|Fragment |Fragments |Argument "|Variable "|Syntax Error)/;

/** Why a request as a whole failed. */
export function refusalOf(connection: string, errors: readonly GraphqlError[]): Error {
  const [first] = errors;
  const said = `${connection}: Data Hub says: ${first?.message ?? 'nothing'}`;
  if (errors.some(({ message }) => notInSchema.test(message)))
    return new Misconfigured(`${said} Add it to the schema of the configuration in Data Hub, or take it out of entities.`);
  if (errors.some(({ message }) => / denied/.test(message)))
    return new Misconfigured(`${said} Give the configuration's workspaces the right to read it.`);
  return new Unavailable(`${said} (if it goes on: is \`version\` the PIM's?)`);
}
