import { z } from 'zod';
import type { Inherited, SourceDefinition, TargetDefinition } from '../connectors/contract/index.js';
import { secrets } from '../logging/secrets.js';
import { didYouMean } from '../mapping/did-you-mean.js';
import { breakerSchema, type BreakerPolicy } from '../transfer/breaker/breaker-policy.js';
import type { Mistake } from '../model/mistake.js';
import { brokerSchema, type Broker } from './broker.js';
import type { FileBeside } from './file-beside.js';
import { checkShape } from './check-shape.js';
import { findSecrets } from './find-secrets.js';
import { substitute, withoutSecrets, type Environment } from './substitute.js';
import { YamlFile } from './yaml-file.js';

/** What the program knows how to read: its connectors, and the files beside the mapping. */
export interface Connectors {
  readonly sources: readonly SourceDefinition[];
  readonly targets: readonly TargetDefinition[];
  readonly beside?: readonly FileBeside[];
}

/** A configured outside system. `config` is what its connector's `open` takes; it holds secrets. */
export interface Connection {
  readonly name: string;
  readonly connector: string;
  readonly config: unknown;
  readonly source: SourceDefinition | null;
  readonly target: TargetDefinition | null;
  /** A message broker that says what changed in this source. */
  readonly broker: Broker | null;
  /** When this target is left alone, and how often it is tried, where that is said. */
  readonly breaker: BreakerPolicy | null;
  /** So many requests to it are under way at most, over all processes; null: each process has its connector's own limit. */
  readonly limit: number | null;
}

/** What stands under `limit` of a connection whose connector asks before each request. */
export const limitSchema = z
  .number()
  .int()
  .min(1)
  .max(1_000)
  .describe('so many requests to it are under way at most, over all processes; where not said, each process has its own limit');

export const connectionsFile = 'connections.yaml';

const connectionName = z.string().regex(/^[a-z][a-z0-9-]*$/, { message: 'a connection is named with a–z, 0–9 and hyphens' });
const anyConnection = z
  .looseObject({ connector: z.string().describe('connector: the kind of system') })
  .describe('a connection: { connector, and what that connector needs }');
export const anyConnections = z.strictObject({
  connections: z.record(connectionName, anyConnection).describe('connections: { name: { connector, … } }'),
});

export interface Connections {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly mistakes: readonly Mistake[];
}

/**
 * Reads connections.yaml: the environment filled in, every connection held to its connector's own schema. What is secret in it
 * is told to the process (`logging/secrets.ts`) before anybody can say it.
 */
export function loadConnections(text: string, env: Environment, connectors: Connectors): Connections {
  const parsed = YamlFile.parse(connectionsFile, text);
  if ('mistakes' in parsed) return { connections: new Map(), mistakes: parsed.mistakes };
  const { yaml } = parsed;
  const { filledIn, mistakes } = substitute(yaml, env);
  const all = [...mistakes];
  const connections = new Map<string, Connection>();
  const shape = checkShape(anyConnections, yaml.data ?? {}, yaml);
  if ('mistakes' in shape) all.push(...shape.mistakes);
  else {
    for (const [name, written] of Object.entries(shape.data.connections)) {
      const checked = checkConnection(name, written, yaml, connectors);
      // An empty text in place of a missing variable would only be reported twice.
      if ('mistakes' in checked) all.push(...(mistakes.length > 0 ? [] : checked.mistakes));
      else connections.set(name, checked.connection);
    }
  }
  return { connections, mistakes: all.map((mistake) => withoutSecrets(mistake, filledIn)) };
}

function checkConnection(
  name: string,
  written: z.infer<typeof anyConnection>,
  yaml: YamlFile,
  { sources, targets }: Connectors,
): { readonly connection: Connection } | { readonly mistakes: readonly Mistake[] } {
  const { connector, amqp, breaker, limit, ...others } = written;
  const source = sources.find((one) => one.id === connector) ?? null;
  const target = targets.find((one) => one.id === connector) ?? null;
  const schema = source?.config ?? target?.config;
  const isGated = (source ?? target)?.gated === true;
  const base = ['connections', name];
  if (schema === undefined) {
    const known = [...new Set([...sources, ...targets].map((one) => one.id))].sort();
    const mistake = {
      file: yaml.file,
      ...yaml.at([...base, 'connector']),
      problem: `there is no connector ${connector}`,
      advice: didYouMean(connector, known),
    };
    return { mistakes: [mistake] };
  }
  // What is said of the other side is the connector's to refuse.
  const config = {
    ...others,
    ...(source || amqp === undefined ? {} : { amqp }),
    ...(target || breaker === undefined ? {} : { breaker }),
    ...(isGated || limit === undefined ? {} : { limit }),
  };
  secrets.add(...findSecrets(config, schema), ...findSecrets(amqp, brokerSchema));
  const checked = checkShape(strictly(schema), config, yaml, base);
  const broker = checkShape(brokerSchema.optional(), source ? amqp : undefined, yaml, [...base, 'amqp']);
  const policy = checkShape(breakerSchema.optional(), target ? breaker : undefined, yaml, [...base, 'breaker']);
  const most = checkShape(limitSchema.optional(), isGated ? limit : undefined, yaml, [...base, 'limit']);
  const mistakes = [checked, broker, policy, most].flatMap((one) => ('mistakes' in one ? one.mistakes : []));
  if ('mistakes' in checked || 'mistakes' in broker || 'mistakes' in policy || 'mistakes' in most) return { mistakes };
  const beside = { broker: broker.data ?? null, breaker: policy.data ?? null, limit: most.data ?? null };
  return { connection: { name, connector, config: checked.data, source, target, ...beside } };
}

/** What records of an entity inherit from. */
export function inheritedBy(connection: Connection | undefined, entity: string): readonly Inherited[] {
  return connection?.source?.inherits?.[entity] ?? [];
}

/** Unknown keys are mistakes, also where the connector's author did not say so. */
export function strictly(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.strict() : schema;
}
