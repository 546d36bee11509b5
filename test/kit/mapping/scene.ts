import { readPipeline } from '../../../src/config/read-pipeline.js';
import type { Inherited } from '../../../src/connectors/contract/index.js';
import { compilePipeline } from '../../../src/mapping/compile-pipeline.js';
import type { MappingFunction, MappingFunctions } from '../../../src/mapping/functions.js';
import type { PipelineFile } from '../../../src/mapping/pipeline-file.js';
import type { Pipeline } from '../../../src/mapping/pipeline.js';
import type { Tables } from '../../../src/mapping/transform.js';
import type { Mapped, MappedDocument } from '../../../src/model/document.js';
import type { JsonObject, JsonValue } from '../../../src/model/json.js';
import type { Mistake } from '../../../src/model/mistake.js';
import type { ScopedValue, SourceRecord } from '../../../src/model/record.js';
import type { Attribute, AttributeType, Family, Structure } from '../../../src/model/structure.js';

/** An attribute of a small PIM; `L` localizable, `S` scopable. */
export function attribute(code: string, type: AttributeType, more: Partial<Attribute> = {}): Attribute {
  return { code, type, localizable: false, scopable: false, labels: {}, decimals: true, unit: null, ...more };
}

export function structure(attributes: readonly Attribute[], more: Partial<Structure> = {}): Structure {
  const families: Family[] = [{ code: 'chairs', labels: {}, attributes: attributes.map((one) => one.code) }];
  const channels = ['print', 'ecommerce'].map((code) => ({ code, locales: ['en_US', 'de_DE', 'fr_FR'], currencies: ['EUR', 'USD'] }));
  return { attributes, families, familyVariants: [], channels, ...more };
}

/** A value for all locales and channels, or for the ones named. */
export function value(data: unknown, more: Partial<ScopedValue> = {}): ScopedValue {
  return { locale: null, channel: null, data: data as JsonValue, ...more };
}

export function record(fields: JsonObject, values: SourceRecord['values'] = {}, key = 'k1'): SourceRecord {
  return { key, version: null, fields, values };
}

const head = `
pipeline: things
source: { connection: pim, entity: product }
target: { connection: shop, resource: product }
scopes:
  - { store: all, locale: en_US, channel: print, currency: EUR }
  - { store: de, locale: de_DE, inherits: all }
`;

export interface SceneOptions {
  readonly structure?: Structure | null;
  readonly tables?: Tables;
  readonly functions?: Readonly<Record<string, MappingFunction>>;
  readonly inherits?: readonly Inherited[];
  readonly others?: readonly PipelineFile[];
}

/** Reads a pipeline's text; throws with the mistakes where it has any. */
export function pipelineFile(text: string, file = 'things.yaml'): PipelineFile {
  const { pipeline, mistakes } = readPipeline({ file, text });
  if (!pipeline) throw new Error(JSON.stringify(mistakes));
  return pipeline;
}

function functionsOf(functions: NonNullable<SceneOptions['functions']>): MappingFunctions {
  return new Map(Object.entries(functions).map(([name, run]) => [name, { name, file: 'functions/scene.ts', hash: String(run), run }]));
}

/** Compiles a whole pipeline text, or, without `pipeline:`, what follows the usual head. */
export function tryCompile(text: string, options: SceneOptions = {}): { pipeline: Pipeline } | { mistakes: readonly Mistake[] } {
  const { pipeline, mistakes } = readPipeline({ file: 'things.yaml', text: text.includes('pipeline:') ? text : head + text });
  if (!pipeline) return { mistakes };
  return compilePipeline(pipeline, {
    structure: options.structure ?? null,
    inherits: options.inherits ?? [],
    tables: options.tables ?? {},
    functions: functionsOf(options.functions ?? {}),
    pipelines: [pipeline, ...(options.others ?? [])],
  });
}

export function compiled(text: string, options: SceneOptions = {}): Pipeline {
  const result = tryCompile(text, options);
  if ('mistakes' in result) throw new Error(JSON.stringify(result.mistakes, null, 2));
  return result.pipeline;
}

/** Mistakes as `line:column problem → advice`. */
export function mistakesOf(text: string, options: SceneOptions = {}): string[] {
  const result = tryCompile(text, options);
  return 'mistakes' in result ? result.mistakes.map(({ line, column, problem, advice }) => `${line}:${column} ${problem} → ${advice}`) : [];
}

/** The documents, by store. */
export function documents(mapped: Mapped): Readonly<Record<string, MappedDocument>> {
  if (mapped.kind !== 'documents') throw new Error(JSON.stringify(mapped));
  return Object.fromEntries(mapped.documents.map((document) => [document.store, document]));
}

/** The fields of each document, by store. */
export function fieldsOf(mapped: Mapped): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(documents(mapped)).map(([store, document]) => [store, document.fields]));
}
