import { hostname } from 'node:os';
import {
  provisions,
  type Needs,
  type OpenSource,
  type OpenTarget,
  type ProvisionPlan,
  type Strategy,
  type TargetDefinition,
} from '../connectors/contract/index.js';

import type { Sql } from '../database/sql.js';
import type { Log } from '../logging/log.js';
import { Refusal } from '../model/refusal.js';
import { alone } from '../transfer/alone.js';
import { defaultBreaker, type BreakerPolicy } from '../transfer/breaker/breaker-policy.js';
import { Breaker } from '../transfer/breaker/breaker.js';
import { didYouMean } from '../mapping/did-you-mean.js';
import type { Pipeline } from '../mapping/pipeline.js';
import { forgetTombstones } from '../mirror/sql/forget-tombstones.js';
import type { Feed } from '../queue-builder/read-changes.js';
import type { PassResult } from '../queue-builder/read-keys.js';
import { hasCursor } from '../queue/sql/has-cursor.js';
import { isNeverRead } from '../queue/sql/is-never-read.js';
import { Bell } from './bell.js';
import { CarriedRecords } from './carried-records.js';
import { DeliveryHistory } from './history/delivery-history.js';
import { intervalOf } from './freshness/interval-of.js';
import { recordObjectives, type Objectives } from './freshness/sql/objectives.js';
import type { ConnectionGate } from './limit/connection-gate.js';
import type { Journey } from './journey.js';
import { feedName, relatedFeedName, type PipelineContext } from './pipeline-context.js';
import { foreseeMapping, recordPass, registerMapping, type RegisteredMapping } from './mapping-number.js';

/** A pipeline with its connections open. */
export interface PipelineParts {
  readonly pipeline: Pipeline;
  readonly source: OpenSource;
  readonly sourceMaxKeys: number;
  readonly target: OpenTarget;
  readonly targetDefinition: Pick<TargetDefinition, 'limits' | 'address'>;
  /** When a shop that is down is left alone; absent: as where nothing is said. */
  readonly breaker?: BreakerPolicy;
  /** How the source can notice changes of an entity, the best first; absent: by timestamp. */
  strategiesOf?(entity: string): readonly Strategy[];
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
  /** Up to where this process has told the source of a feed that all is settled. */
  readonly toldSettled = new Map<string, number>();
  private readonly provisioned = new Set<string>();

  private constructor(
    private readonly settings: ProjectSettings,
    private readonly contexts: ReadonlyMap<string, PipelineContext>,
    private readonly mappings: ReadonlyMap<string, RegisteredMapping>,
    private readonly history: DeliveryHistory,
    private readonly gates: readonly ConnectionGate[],
  ) {}

  /** Registers every mapping: a changed one gets the next number, and workers that still have the old one get nothing more (rule 16). */
  static async assemble(
    settings: ProjectSettings,
    parts: readonly PipelineParts[],
    gates: readonly ConnectionGate[] = [],
  ): Promise<OpenProject> {
    const contexts = new Map<string, PipelineContext>();
    const mappings = new Map<string, RegisteredMapping>();
    const carried = new CarriedRecords();
    const history = new DeliveryHistory(settings.sql, settings.log);
    const breakers = new Map<string, Breaker>();
    const number = settings.observe ? foreseeMapping : registerMapping;
    for (const part of parts) {
      const registered = await number(settings.sql, part.pipeline);
      mappings.set(part.pipeline.name, registered);
      const { connection } = part.pipeline.target;
      const breaker = breakers.get(connection) ?? new Breaker({ ...settings, connection, policy: part.breaker ?? defaultBreaker });
      breakers.set(connection, breaker);
      contexts.set(part.pipeline.name, {
        ...settings,
        ...part,
        breaker,
        strategiesOf: part.strategiesOf ?? (() => ['timestamp']),
        mapping: registered.number,
        carried,
        history,
        bell: new Bell(),
        sibling: (name) => contexts.get(name),
      });
    }
    const project = new OpenProject(settings, contexts, mappings, history, gates);
    if (!settings.observe) for (const context of contexts.values()) await recordObjectives(settings.sql, project.objectivesOf(context));
    return project;
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
    if (!context) throw new Refusal('unknown', `There is no pipeline "${name}": ${didYouMean(name, [...this.contexts.keys()])}`);
    return context;
  }

  /** Every feed once. */
  get feeds(): readonly Feed[] {
    return [...new Map([...this.contexts.values()].map((context) => [feedName(context.pipeline), this.feed(context)])).values()];
  }

  /** The feed a pipeline reads, with everybody else who reads it. */
  feed(context: PipelineContext): Feed {
    return this.feedOf(context, context.pipeline.source.entity);
  }

  /** The feeds of what its records use beside themselves; each is read once for all who use it, its own readers included. */
  relatedFeeds(context: PipelineContext): readonly Feed[] {
    return context.pipeline.related
      .filter((entity) => entity !== context.pipeline.source.entity)
      .map((entity) => this.feedOf(context, entity));
  }

  private feedOf(context: PipelineContext, entity: string): Feed {
    const name = relatedFeedName(context.pipeline, entity);
    const all = [...this.contexts.values()].map((one) => one.pipeline);
    const pipelines = all.filter((pipeline) => feedName(pipeline) === name);
    const users = all.filter((pipeline) => pipeline.related.some((related) => relatedFeedName(pipeline, related) === name));
    return {
      name,
      connection: context.pipeline.source.connection,
      entity,
      source: context.source,
      pipelines,
      usedBy: users.map((pipeline) => pipeline.name),
      needs: unionOfNeeds([...pipelines, ...users].map((pipeline) => pipeline.needs)),
      overlapMs: Math.max(0, ...[...pipelines, ...users].map((pipeline) => pipeline.delta?.overlapMs ?? 0)),
      // Loading saw to it that all of them name the same.
      strategy: pipelines.flatMap(({ delta }) => delta?.strategy ?? [])[0] ?? context.strategiesOf(entity)[0] ?? 'timestamp',
    };
  }

  private objectivesOf(context: PipelineContext): Objectives {
    const { name, maxLagMs, full, delta, owned } = context.pipeline;
    const axis = delta === null ? 'none' : this.feed(context).strategy === 'timestamp' ? 'time' : 'sequence';
    return { pipeline: name, maxLagMs, axis, fullEveryMs: full === null ? null : intervalOf(full, new Date()), owned };
  }

  isSubscribed(feed: Feed): Promise<boolean> {
    return hasCursor(this.sql, feed.name);
  }

  /** A mapping that changed has to be taken over every key of the source. */
  mustRemap(pipeline: string): boolean {
    return this.mappings.get(pipeline)?.remapPending ?? false;
  }

  /** Whether nobody has read the whole of it yet: what is read then is its first load. */
  isFirstLoad(pipeline: string): Promise<boolean> {
    return isNeverRead(this.sql, pipeline);
  }

  /** Why a pass opens entries: a changed mapping reaches also what is dead, parked or on its way under the old one (rules 16, 17). */
  async causeOf(pass: 'full' | 'sweep', pipeline: string): Promise<'full' | 'initial' | 'mapping'> {
    if (pass === 'full' && this.mustRemap(pipeline)) return 'mapping';
    return pass === 'full' && (await this.isFirstLoad(pipeline)) ? 'initial' : 'full';
  }

  async passCompleted(pipeline: string, kind: 'full' | 'sweep', pass: PassResult & { readonly believed: boolean }): Promise<void> {
    const mapping = this.mappings.get(pipeline);
    if (!mapping) return;
    await recordPass(this.sql, pipeline, kind, pass, mapping.number);
    if (kind !== 'full') return;
    mapping.remapPending = false;
    const { overlapMs } = this.feed(this.context(pipeline));
    const forgotten = await forgetTombstones(this.sql, { pipeline, pass: pass.pass, overlapMs });
    if (forgotten > 0) this.log.info('tombstones were forgotten', { pipeline, forgotten });
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
    await this.history.written();
    const connections = new Set([...this.contexts.values()].flatMap((context) => [context.source, context.target]));
    for (const connection of connections) await connection.close?.();
    for (const gate of this.gates) await gate.close();
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
