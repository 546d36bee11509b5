import type { z } from 'zod';
import type { Sql } from '../database/sql.js';
import type { PipelineFile } from '../mapping/pipeline-file.js';
import type { JsonValue } from '../model/json.js';
import type { Finding } from './finding.js';
import type { Severity } from './severity.js';

/** What a rule looks at: the database, the pipeline files, and what it remembered the last time. */
export interface Look {
  readonly sql: Sql;
  /** The pipelines of the mappings folder. */
  readonly pipelines: readonly PipelineFile[];
  /** This machine, and its folders that fill. */
  readonly host: string;
  readonly folders: readonly string[];
  /** What the rule remembered at its last look, in whatever process that was. */
  readonly memory: JsonValue | undefined;
  remember(memory: JsonValue): void;
}

/**
 * A rule: what it finds is an incident, opened once and told once, and over when it finds it no more. A rule is a file in
 * this folder and a line in `index.ts`; its options are what `alerts.yaml` may say of it beside `on` and `severity`.
 */
export interface AlertRule<Options extends z.ZodObject = z.ZodObject> {
  /** Its name in alerts.yaml, and the beginning of its fingerprints. */
  readonly kind: string;
  /** A few words over a message. */
  readonly title: string;
  /** What it finds, in one line, for the documentation. */
  readonly finds: string;
  readonly severity: Severity;
  readonly options: Options;
  /** How often it is looked at, over all processes. */
  readonly everyMs: number;
  /** It looks at the machine it runs on: every process does, each for its own. */
  readonly perMachine?: boolean;
  /** Whoever does the thing opens and closes the incident: what is found only says more of it. */
  readonly toldByFlow?: boolean;
  /** It follows by itself where a connection of the pipeline cannot be used, which has an alert of its own: nothing new is opened then. */
  readonly followsConnection?: boolean;
  find(look: Look, options: z.output<Options>): Promise<readonly Finding[]>;
}

/** As rules of different options stand in one list. */
export type AnyRule = Omit<AlertRule, 'find'> & { find(look: Look, options: never): Promise<readonly Finding[]> };

/** Keeps the options' types together. */
export function defineRule<Options extends z.ZodObject>(rule: AlertRule<Options>): AlertRule<Options> {
  return rule;
}
