import type { Severity } from './severity.js';

/** Where alerts go, as it is needed: a channel of one kind. */
export type Channel = { readonly name: string; readonly fallback: string | null } & ChannelKind;

export type ChannelKind =
  | { readonly kind: 'slack'; readonly url: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string | null }
  | { readonly kind: 'email'; readonly server: string; readonly from: string; readonly to: readonly string[] };

/** What alerts.yaml says, with its defaults. */
export interface AlertsConfig {
  readonly channels: ReadonlyMap<string, Channel>;
  /** Names of channels, by what goes to them. */
  readonly routes: Readonly<Record<Severity | 'digest', readonly string[]>>;
  readonly repeat: { readonly after: number; readonly factor: number; readonly longest: number };
  /** Milliseconds; null: never. */
  readonly escalateMs: number | null;
  readonly calmMs: number;
  readonly digest: { readonly at: string; readonly timezone: string; readonly daily: boolean; readonly weekly: string };
  /** Of every rule, by its kind; with its own options beside. */
  readonly rules: Readonly<Record<string, { readonly on: boolean; readonly severity: Severity }>>;
}
