import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { alertsFile } from '../alerts/file/alerts-file.js';
import { jsonSchemas, writeMappingReference, writeSchemas } from '../config/write-schemas.js';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { mappingReference } from '../mapping/mapping-reference.js';

const known = { sources, targets, beside: [alertsFile] };
const folder = 'schemas';
const reference = join('docs', 'mapping-reference.md');

/** Exit codes: 0 done, 1 something is out of date (`--check`). */
export function addSchemasCommand(program: Command): void {
  program
    .command('schemas')
    .description('write schemas/ and docs/mapping-reference.md: what editors complete by and people read')
    .option('--check', 'write nothing; fail where a file is not what would be written')
    .action(async ({ check }: { check?: boolean }) => {
      if (check) return reportOutdated(await outdated());
      const names = await writeSchemas(folder, known);
      await writeMappingReference(reference);
      process.stdout.write(`written: ${[...names.map((name) => join(folder, name)), reference].join(', ')}\n`);
    });
}

/** The files that are missing or say something else than the program knows. */
async function outdated(): Promise<string[]> {
  const wanted = new Map([...jsonSchemas(known)].map(([name, text]) => [join(folder, name), text]));
  wanted.set(reference, mappingReference());
  const found = await Promise.all([...wanted].map(async ([file, text]) => ((await textOf(file)) === text ? null : file)));
  return found.filter((file) => file !== null);
}

function reportOutdated(files: readonly string[]): void {
  if (files.length === 0) process.stdout.write('the schemas and the mapping reference are up to date\n');
  else throw new Error(`out of date: ${files.join(', ')}. Write them with \`pim2shop schemas\`.`);
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
}
