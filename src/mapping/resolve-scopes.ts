import type { Structure } from '../model/structure.js';
import { didYouMean } from './did-you-mean.js';
import type { PipelineData } from './pipeline-schema.js';
import type { ResolvedScope } from './run.js';

type ScopeData = PipelineData['scopes'][number];
type Report = (path: readonly PropertyKey[], problem: string, advice: string) => void;

/** What is wrong with the scopes by themselves: stores named twice, inheriting from unknown ones or in a circle. */
export function checkScopes(scopes: readonly ScopeData[], report: Report): boolean {
  const stores = scopes.map((scope) => scope.store);
  let fine = true;
  const complain: Report = (...mistake) => {
    fine = false;
    report(...mistake);
  };
  scopes.forEach((scope, index) => {
    if (stores.indexOf(scope.store) !== index) {
      complain(['scopes', index, 'store'], `the store ${scope.store} has two scopes`, 'give every store one scope');
    } else if (scope.inherits !== undefined && !stores.includes(scope.inherits)) {
      complain(['scopes', index, 'inherits'], `there is no scope for the store ${scope.inherits}`, didYouMean(scope.inherits, stores));
    } else if (inheritsFromItself(scope, scopes)) {
      complain(
        ['scopes', index, 'inherits'],
        `the store ${scope.store} inherits from itself`,
        'leave out `inherits` in one scope: that one is the base',
      );
    }
  });
  return fine;
}

function inheritsFromItself(scope: ScopeData, scopes: readonly ScopeData[]): boolean {
  const seen = new Set<string>();
  for (let next: ScopeData | undefined = scope; next?.inherits !== undefined; next = scopes.find((one) => one.store === next?.inherits)) {
    if (seen.has(next.store)) return next.store === scope.store || scope.inherits === next.store;
    seen.add(next.store);
  }
  return false;
}

/** Scopes in working order, bases first, each with what it inherits filled in. They must have passed `checkScopes`. */
export function resolveScopes(scopes: readonly ScopeData[]): ResolvedScope[] {
  const resolved: Omit<ResolvedScope, 'labelStores'>[] = [];
  const resolve = (data: ScopeData): Omit<ResolvedScope, 'labelStores'> => {
    const known = resolved.find((one) => one.store === data.store);
    if (known) return known;
    const baseData = scopes.find((one) => one.store === data.inherits);
    const base = baseData ? resolve(baseData) : null;
    const locale = data.locale ?? base?.locale ?? null;
    const made = {
      store: data.store,
      locale,
      channel: data.channel ?? base?.channel ?? null,
      currency: data.currency ?? base?.currency ?? null,
      inherits: base?.store ?? null,
      index: resolved.length,
      base: base?.index ?? null,
      labelLocale: base ? base.labelLocale : locale,
    };
    resolved.push(made);
    return made;
  };
  scopes.forEach(resolve);
  return resolved.map((one) => ({ ...one, labelStores: familyOf(one, resolved) }));
}

/** Every store that inherits from the same base scope. */
function familyOf(
  scope: { readonly index: number; readonly base: number | null },
  all: readonly Omit<ResolvedScope, 'labelStores'>[],
): ResolvedScope['labelStores'] {
  const rootOf = (one: { readonly index: number; readonly base: number | null }): number => {
    const base = one.base === null ? undefined : all[one.base];
    return base ? rootOf(base) : one.index;
  };
  return all.filter((one) => one.base !== null && rootOf(one) === rootOf(scope)).map(({ store, locale }) => ({ store, locale }));
}

/** Locales, channels and currencies against what the source has; channels are spelled as the source spells them. */
export function matchScopes(
  scopes: readonly ResolvedScope[],
  data: readonly ScopeData[],
  structure: Structure,
  report: Report,
): ResolvedScope[] {
  return scopes.map((scope) => {
    const index = data.findIndex((one) => one.store === scope.store);
    const written = data[index];
    const channel = structure.channels.find((one) => one.code.toLowerCase() === scope.channel?.toLowerCase());
    const channels = channel ? [channel] : structure.channels;
    // What a scope inherits is checked where it is written.
    const check = (field: 'channel' | 'locale' | 'currency', known: readonly string[], same = (a: string, b: string) => a === b): void => {
      const value = written?.[field];
      if (value === undefined || known.some((one) => same(one, value))) return;
      const where = field === 'channel' || !channel ? '' : ` on its channel ${channel.code}`;
      report(['scopes', index, field], `the source has no ${field} ${value}${where}`, didYouMean(value, known));
    };
    check(
      'channel',
      structure.channels.map((one) => one.code),
      (a, b) => a.toLowerCase() === b.toLowerCase(),
    );
    check('locale', [...new Set(channels.flatMap((one) => one.locales))]);
    check('currency', [...new Set(channels.flatMap((one) => one.currencies))]);
    return channel ? { ...scope, channel: channel.code } : scope;
  });
}
