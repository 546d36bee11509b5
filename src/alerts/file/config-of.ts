import type { AlertsConfig, Channel } from '../alerts-config.js';
import type { AlertsFile } from './alerts-schema.js';

/** The file as it is worked with: channels of one kind, routes filled in. */
export function configOf({ channels, routes, repeat, escalate, calm, digest, rules }: AlertsFile): AlertsConfig {
  const all = Object.entries(channels).map(([name, written]) => channelOf(name, written));
  const first = all.slice(0, 1).map(({ name }) => name);
  const warning = routes.warning ?? first;
  return {
    channels: new Map(all.map((channel) => [channel.name, channel])),
    routes: { critical: routes.critical ?? first, warning, info: routes.info ?? warning, digest: routes.digest ?? warning },
    repeat,
    escalateMs: escalate === 'never' ? null : escalate,
    calmMs: calm,
    digest,
    rules: rules as AlertsConfig['rules'],
  };
}

function channelOf(name: string, { slack, webhook, secret, email, ...rest }: AlertsFile['channels'][string]): Channel {
  const fallback = rest.fallback ?? null;
  if (slack !== undefined) return { name, fallback, kind: 'slack', url: slack };
  if (webhook !== undefined) return { name, fallback, kind: 'webhook', url: webhook, secret: secret ?? null };
  if (email !== undefined) return { name, fallback, kind: 'email', ...email };
  throw new Error(`the channel ${name} leads to nothing`);
}
