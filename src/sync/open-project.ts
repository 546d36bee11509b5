import { hostname } from 'node:os';
import {
  provisions,
  type Needs,
  type OpenSource,
  type OpenTarget,
  type ProvisionPlan,
  type TargetDefinition,
} from '../connectors/contract/index.js';

import type { Sql } from '../database/sql.js';
import type { Log } from '../logging/log.js';
import { alone } from '../transfer/alone.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { Feed } from '../queue-builder/read-changes.js';
import type { PassResult } from '../queue-builder/read-keys.js';
import { hasCursor } from '../queue/sql/has-cursor.js';
import { CarriedRecords } from './carried-records.js';
import type { Journey } from './journey.js';
import { feedName, type PipelineContext } from './pipeline-context.js';
import { foreseeMapping, recordPass, registerMapping, type RegisteredMapping } from './mapping-number.js';

/** A pipeline with its connections open. */
export interface PipelineParts {
  readonly pipeline: Pipeline;
  readonly source: OpenSource;
  readonly sourceMaxKeys: number;
  readonly target: OpenTarget;
  readonly targetDefinition: Pick<TargetDefinition, 'limits' | 'address'>;
}

export interface ProjectSettings {
  readonly sql: Sql;
  readonly leaseMs: number;
  readonly log: Log;
  readonly journey: Journey;
  /** Only to look (a dry run): no mapping is registered, so that whoever works with another one goes on. */
  readonly observe?: boolean;
}

/** All pipelines of a mappings folder, ready to run in this process. */
export class OpenProject {
  /** Name of this process in leases and runs. */
  readonly owner = `${hostname()}:${process.pid}`;
  private readonly provisioned = new Set<string>();

  private constructor(
    private readonly settings: ProjectSettings,
    private readonly contexts: ReadonlyMap<string, PipelineContext>,
    private readonly mappings: ReadonlyMap<string, RegisteredMapping>,
  ) {}

  /** Registers every mapping: a changed one gets the next number, and workers that still have the old one get nothing more (rule 16). */
  static async assemble(settings: ProjectSettings, parts: readonly PipelineParts[]): Promise<OpenProject> {
    const contexts = new Map<string, PipelineContext>();
    const mappings = new Map<string, RegisteredMapping>();
    const carried = new CarriedRecords();
    const number = settings.observe ? foreseeMapping : registerMapping;
    for (const part of parts) {
      const registered = await number(settings.sql, part.pipeline.name, part.pipeline.hash);
      mappings.set(part.pipeline.name, registered);
      contexts.set(part.pipeline.name, {
        ...settings,
        ...part,
        mapping: registered.number,
        carried,
        sibling: (name) => contexts.get(name),
      });
    }
    return new OpenProject(settings, contexts, mappings);
  }

  get sql(): Sql {
    return this.settings.sql;
  }

  get log(): Log {
    return this.settings.log;
  }

  get leaseMs(): number {
    return this.settings.leaseMs;
  }

  /** Names in the order of their dependencies: what is referred to comes first. */
  get pipelines(): readonly string[] {
    const ordered: string[] = [];
    const visit = (name: string): void => {
      const context = this.contexts.get(name);
      if (!context || ordered.includes(name)) return;
      for (const dependency of context.pipeline.dependsOn) if (dependency !== name) visit(dependency);
      if (!ordered.includes(name)) ordered.push(name);
    };
    for (const name of this.contexts.keys()) visit(name);
    return ordered;
  }

  context(name: string): PipelineContext {
    const context = this.contexts.get(name);
    if (!context) throw new Error(`There is no pipeline "${name}". Known: ${[...this.contexts.keys()].join(', ') || 'none'}.`);
    return context;
  }

  /** The feed a pipeline reads, with everybody else who reads it. */
  feed(context: PipelineContext): Feed {
    const name = feedName(context.pipeline);
    const pipelines = [...this.contexts.values()].map((one) => one.pipeline).filter((pipeline) => feedName(pipeline) === name);
    return {
      name,
      entity: context.pipeline.source.entity,
      source: context.source,
      pipelines,
      needs: unionOfNeeds(pipelines.map((pipeline) => pipeline.needs)),
      overlapMs: Math.max(0, ...pipelines.map((pipeline) => pipeline.delta?.overlapMs ?? 0)),
    };
  }

  isSubscribed(feed: Feed): Promise<boolean> {
    return hasCursor(this.sql, feed.name);
  }

  /** A mapping that changed has to be taken over every key of the source. */
  mustRemap(pipeline: string): boolean {
    return this.mappings.get(pipeline)?.remapPending ?? false;
  }

  /** Why a pass opens entries: a changed mapping reaches also what is dead, parked or on its way under the old one (rules 16, 17). */
  causeOf(pass: 'full' | 'sweep', pipeline: string): 'full' | 'mapping' {
    return pass === 'full' && this.mustRemap(pipeline) ? 'mapping' : 'full';
  }

  async passCompleted(pipeline: string, kind: 'full' | 'sweep', pass: PassResult): Promise<void> {
    const mapping = this.mappings.get(pipeline);
    if (!mapping) return;
    await recordPass(this.sql, pipeline, kind, pass, mapping.number);
    if (kind === 'full') mapping.remapPending = false;
  }

  /** Lets the target prepare the shop for what the mapping sends; once a process, and cheap when all is there. */
  async provision(context: PipelineContext, signal: AbortSignal): Promise<void> {
    const { name, plan } = context.pipeline;
    if (this.provisioned.has(name) || !provisions(context.target) || isEmpty(plan)) return;
    const { target } = context;
    // Looked up and made by one process at a time.
    const locks = { ...context, connection: context.pipeline.target.connection };
    const { created } = await alone(locks, ['provision'], () => target.provision(plan, signal));
    if (created.length > 0) context.log.info('the shop was prepared', { pipeline: name, created: created.length });
    this.provisioned.add(name);
  }

  async close(): Promise<void> {
    const connections = new Set([...this.contexts.values()].flatMap((context) => [context.source, context.target]));
    for (const connection of connections) await connection.close?.();
  }
}

function isEmpty(plan: ProvisionPlan): boolean {
  return plan.attributes.length === 0 && plan.groups.length === 0;
}

/** Everything any of them reads; where one wants all of something, all of it is asked for. */
export function unionOfNeeds(needs: readonly Needs[]): Needs {
  const union = (lists: readonly (readonly string[] | null)[]): string[] | null =>
    lists.some((list) => list === null) ? null : [...new Set(lists.flatMap((list) => list ?? []))].sort();
  return {
    attributes: union(needs.map((need) => need.attributes)),
    fields: union(needs.map((need) => need.fields)) ?? [],
    locales: union(needs.map((need) => need.locales)),
    channels: union(needs.map((need) => need.channels)),
  };
}
