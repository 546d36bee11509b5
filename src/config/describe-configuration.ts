import { z } from 'zod';
import type { JsonValue } from '../model/json.js';
import { brokerSchema } from './broker.js';
import { findSecrets } from './find-secrets.js';
import type { Connection } from './load-connections.js';
import type { Project } from './load-project.js';
import { masked } from './masked.js';
import { settingsSchema, type Environment, type Settings } from './settings.js';

/** What the service works with, as it may be shown: no secret is in it. */
export interface Configuration {
  readonly environment: Environment;
  readonly settings: readonly { readonly name: string; readonly value: string | null; readonly isDefault: boolean }[];
  /** Null where the service has no mappings folder. */
  readonly mappings: {
    readonly dir: string;
    readonly connections: readonly { readonly name: string; readonly connector: string; readonly config: JsonValue }[];
    readonly pipelines: readonly { readonly pipeline: string; readonly file: string; readonly content: JsonValue }[];
  } | null;
}

export function describeConfiguration({ environment }: Settings, env: NodeJS.ProcessEnv, project: Project | null): Configuration {
  return { environment, settings: settingsOf(env), mappings: project && mappingsOf(project) };
}

function settingsOf(env: NodeJS.ProcessEnv): Configuration['settings'] {
  const values = settingsSchema.parse(env) as Readonly<Record<string, unknown>>;
  const secret = findSecrets(values, settingsSchema);
  return Object.keys(settingsSchema.shape).map((name) => {
    const shown = masked(values[name], secret);
    return { name, value: shown === null ? null : String(shown), isDefault: env[name] === undefined };
  });
}

function mappingsOf({ dir, connections, pipelines }: Project): NonNullable<Configuration['mappings']> {
  return {
    dir,
    connections: [...connections.values()].map((one) => ({ name: one.name, connector: one.connector, config: configOf(one) })),
    // A pipeline names fields as it likes, secret-looking ones too; secrets have no place in it.
    pipelines: pipelines.map(({ file, data }) => ({
      pipeline: data.pipeline,
      file,
      content: JSON.parse(JSON.stringify(data)) as JsonValue,
    })),
  };
}

function configOf({ config, source, target, broker, breaker, limit }: Connection): JsonValue {
  const schema = source?.config ?? target?.config ?? z.unknown();
  const secret = [...findSecrets(config, schema), ...findSecrets(broker, brokerSchema)];
  const beside = {
    ...(broker === null ? {} : { amqp: broker }),
    ...(breaker === null ? {} : { breaker }),
    ...(limit === null ? {} : { limit }),
  };
  return masked({ ...(config as object), ...beside }, secret);
}
