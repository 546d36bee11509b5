import { masked } from '../config/masked.js';
import type { JsonValue } from '../model/json.js';
import type { AlertsConfig, Channel } from './alerts-config.js';

/** alerts.yaml as it is in force, defaults filled in, and as it may be shown: no secret is in it. Spans of time in milliseconds. */
export interface DescribedAlerts extends Pick<AlertsConfig, 'routes' | 'repeat' | 'escalateMs' | 'calmMs' | 'digest'> {
  readonly channels: readonly JsonValue[];
  readonly rules: readonly { readonly rule: string; readonly on: boolean; readonly severity: string; readonly thresholds: JsonValue }[];
}

export function describeAlerts({ channels, rules, routes, repeat, escalateMs, calmMs, digest }: AlertsConfig): DescribedAlerts {
  return {
    channels: [...channels.values()].map((channel) => masked(channel, addressesOf(channel))),
    ...{ routes, repeat, escalateMs, calmMs, digest },
    rules: Object.entries(rules).map(([rule, { on, severity, ...thresholds }]) => ({
      ...{ rule, on, severity },
      thresholds: masked(thresholds, []),
    })),
  };
}

/** Whoever knows the address of a channel can write to it. */
function addressesOf(channel: Channel): string[] {
  return [channel.kind === 'email' ? channel.server : channel.url];
}
