import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { repositoryRoot } from '../stand-in/index.js';

/** The parts of a Swagger 2.0 file that are used here. */
export interface ContractFile {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions: Readonly<Record<string, SchemaObject>>;
}

export interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly required?: boolean; readonly schema?: SchemaObject }[];
  readonly responses?: Readonly<Record<string, { readonly schema?: SchemaObject }>>;
}

export interface SchemaObject {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
  readonly items?: SchemaObject;
  readonly [keyword: string]: unknown;
}

const name = 'specs/magento/admin-2.4.9.real.json';
let cached: ContractFile | null | undefined;

/**
 * Adobe's published interface of Magento 2.4.9 from the shared folder (`PIM2SHOP_SHARED`, default
 * `../shared` beside the repository); null, after one line that says so, where it is not there.
 * With CI=true a missing file throws.
 */
export function readContractFile(): ContractFile | null {
  if (cached !== undefined) return cached;
  const file = join(resolve(repositoryRoot(), process.env.PIM2SHOP_SHARED ?? '../shared'), name);
  if (existsSync(file)) return (cached = JSON.parse(readFileSync(file, 'utf8')) as ContractFile);
  const problem = `Magento's contract is not at ${name} in the shared folder: requests are not held to it. Set PIM2SHOP_SHARED to have it.`;
  if (process.env.CI === 'true') throw new Error(problem);
  process.stderr.write(`${problem}\n`);
  return (cached = null);
}
