import { compileProject } from '../config/compile-project.js';
import type { Connection } from '../config/load-connections.js';
import { strategiesOf, type Project } from '../config/load-project.js';
import { describesStructure, type ConnectorTools, type OpenSource, type OpenTarget, type Strategy } from '../connectors/contract/index.js';
import { boundLog } from '../logging/bound-log.js';
import type { Mistake } from '../model/mistake.js';
import type { Structure } from '../model/structure.js';
import { ConnectionGate } from './limit/connection-gate.js';
import { ConnectionHealth } from './connection-health.js';
import { OpenProject, type PipelineParts, type ProjectSettings } from './open-project.js';
import { watchedConnection } from './watched-connection.js';

export type OpenedFiles = { readonly project: OpenProject } | { readonly mistakes: readonly Mistake[] };

/** Opens every connection that a pipeline uses, asks the sources for their structure, and compiles the pipelines against it. */
export async function openFiles(files: Project, settings: ProjectSettings): Promise<OpenedFiles> {
  const connections = new OpenConnections(files, settings);
  try {
    const structures = new Map<string, Structure>();
    for (const { data } of files.pipelines) {
      const { structure } = await connections.source(data.source.connection);
      if (structure) structures.set(data.source.connection, structure);
    }
    const compiled = compileProject(files, structures);
    if ('mistakes' in compiled) {
      await connections.close();
      return compiled;
    }
    const parts: PipelineParts[] = [];
    for (const pipeline of compiled.pipelines) {
      const source = await connections.source(pipeline.source.connection);
      const target = await connections.target(pipeline.target.connection);
      parts.push({
        pipeline,
        source: source.open,
        sourceMaxKeys: source.maxKeys,
        strategiesOf: (entity) => connections.strategies(pipeline.source.connection, entity),
        target: target.open,
        targetDefinition: target.definition,
        ...connections.breaker(pipeline.target.connection),
      });
    }
    return { project: await OpenProject.assemble(settings, parts, connections.gates) };
  } catch (error) {
    await connections.close();
    throw error;
  }
}

interface OpenedSource {
  readonly open: OpenSource;
  readonly structure: Structure | null;
  readonly maxKeys: number;
}

interface OpenedTarget {
  readonly open: OpenTarget;
  readonly definition: NonNullable<Connection['target']>;
}

/** What a dry run has for a shop: nothing can be sent to it. */
const sendsNothing: OpenTarget = {
  check: () => Promise.resolve({ ok: false, problem: 'a dry run opens no shop', advice: 'leave --dry-run out' }),
  write: () => Promise.reject(new Error('a dry run sends nothing')),
};

/** Each connection is opened once, however many pipelines use it. */
class OpenConnections {
  private readonly sources = new Map<string, OpenedSource>();
  private readonly targets = new Map<string, OpenedTarget>();

  private readonly gated = new Map<string, ConnectionGate>();

  private readonly health: ConnectionHealth | null;

  constructor(
    private readonly files: Project,
    private readonly settings: Pick<ProjectSettings, 'sql' | 'log' | 'leaseMs' | 'journey' | 'observe'>,
  ) {
    // Who only looks changes nothing.
    this.health = settings.observe ? null : new ConnectionHealth(settings.sql, settings.log);
  }

  async source(name: string): Promise<OpenedSource> {
    const known = this.sources.get(name);
    if (known) return known;
    const { source: definition, config } = this.connection(name);
    if (!definition) throw new Error(`the connection ${name} is not a source`);
    const open = await this.opened(name, () => definition.open(config, this.tools(name)));
    const structure = describesStructure(open) ? await open.structure(new AbortController().signal) : null;
    const opened = { open, structure, maxKeys: definition.limits.maxKeys };
    this.sources.set(name, opened);
    return opened;
  }

  strategies(connection: string, entity: string): readonly Strategy[] {
    return strategiesOf(this.connection(connection), entity);
  }

  breaker(name: string): Pick<PipelineParts, 'breaker'> {
    const { breaker } = this.connection(name);
    return breaker === null ? {} : { breaker };
  }

  async target(name: string): Promise<OpenedTarget> {
    const known = this.targets.get(name);
    if (known) return known;
    const { target: definition, config } = this.connection(name);
    if (!definition) throw new Error(`the connection ${name} is not a target`);
    const open = this.settings.observe ? sendsNothing : await this.opened(name, () => definition.open(config, this.tools(name)));
    const opened = { open, definition };
    this.targets.set(name, opened);
    return opened;
  }

  private async opened<Open extends object>(name: string, open: () => Promise<Open>): Promise<Open> {
    const { health } = this;
    try {
      const opened = await open();
      return health === null ? opened : watchedConnection(opened, name, health);
    } catch (error) {
      health?.failed(name, error);
      throw error;
    }
  }

  get gates(): readonly ConnectionGate[] {
    return [...this.gated.values()];
  }

  async close(): Promise<void> {
    for (const { open } of [...this.sources.values(), ...this.targets.values()]) await open.close?.();
    for (const gate of this.gates) await gate.close();
  }

  private tools(connection: string): ConnectorTools {
    const { log, journey } = this.settings;
    return {
      connection,
      log: boundLog(log, { connection }),
      watch: (request) => journey.request?.(connection, request),
      gate: this.gate(connection),
    };
  }

  /** One for all that is open of it; undefined where it has no limit. */
  private gate(connection: string): ConnectionGate | undefined {
    const { limit } = this.connection(connection);
    if (limit === null) return undefined;
    const gate = this.gated.get(connection) ?? new ConnectionGate({ ...this.settings, connection, limit });
    this.gated.set(connection, gate);
    return gate;
  }

  private connection(name: string): Connection {
    const connection = this.files.connections.get(name);
    if (!connection) throw new Error(`there is no connection ${name}`);
    return connection;
  }
}
