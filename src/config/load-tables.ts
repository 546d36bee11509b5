import { z } from 'zod';
import type { Tables } from '../mapping/transform.js';
import type { JsonValue } from '../model/json.js';
import type { Mistake } from '../model/mistake.js';
import { checkShape } from './check-shape.js';
import type { FolderFile } from './read-folder.js';
import { YamlFile } from './yaml-file.js';

const tableSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).describe('a text, number or boolean'))
  .describe('a table: { code: value }, with * for whatever is not listed');

/** Reads tables/*.yaml; a table is called what its file is called. */
export function loadTables(files: readonly FolderFile[]): { readonly tables: Tables; readonly mistakes: readonly Mistake[] } {
  const tables: Record<string, Readonly<Record<string, JsonValue>>> = {};
  const mistakes: Mistake[] = [];
  for (const { file, name, text } of files) {
    const parsed = YamlFile.parse(file, text);
    const checked = 'mistakes' in parsed ? parsed : checkShape(tableSchema, parsed.yaml.data ?? {}, parsed.yaml);
    if ('mistakes' in checked) mistakes.push(...checked.mistakes);
    else tables[name] = checked.data;
  }
  return { tables, mistakes };
}
