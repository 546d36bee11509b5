import type { Inherited } from '../connectors/contract/index.js';
import type { MappingFunctions } from './functions.js';
import type { PipelineData } from './pipeline-schema.js';
import type { Tables } from './transform.js';
import type { Structure } from '../model/structure.js';

/** A pipeline file, read and of the right shape; not compiled yet, because that needs the source's structure. */
export interface PipelineFile {
  /** Relative to the mappings folder. */
  readonly file: string;
  readonly data: PipelineData;
  /** Where a part of the file stands, for messages. */
  at(path: readonly PropertyKey[]): { readonly line: number; readonly column: number };
}

/** Everything a pipeline is compiled with. */
export interface CompileContext {
  /**
   * What the source's values are made of, or null where the source cannot tell (or not for this entity):
   * attributes are then not checked and not expanded, and values are found by what locale and channel they carry.
   */
  readonly structure: Structure | null;
  /** What records of the pipeline's entity inherit from. */
  readonly inherits: readonly Inherited[];
  readonly tables: Tables;
  readonly functions: MappingFunctions;
  /** All pipeline files of the project. */
  readonly pipelines: readonly PipelineFile[];
}
