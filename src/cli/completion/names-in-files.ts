import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { connectionsFile } from '../../config/load-connections.js';
import { resolveMappingsDir } from '../../config/resolve-mappings-dir.js';
import type { KnownNames } from './candidates.js';

/** What the files name, mistakes or not: neither the database nor the environment of their connections is asked. None where there is no folder. */
export function namesInFiles(mappings: string | undefined, env: NodeJS.ProcessEnv): KnownNames {
  const found = resolveMappingsDir(mappings, env);
  if ('problem' in found) return { pipelines: [], connections: [] };
  const read = (name: string): unknown => parseDocument(readFileSync(join(found.dir, name), 'utf8')).toJS();
  const files = readdirSync(found.dir).filter((name) => /\.ya?ml$/.test(name) && name !== connectionsFile);
  return {
    pipelines: files.map((name) => member(read(name), 'pipeline')).filter((name) => typeof name === 'string'),
    connections: Object.keys(member(read(connectionsFile), 'connections') ?? {}),
  };
}

function member(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
