import type { YamlFile } from '../../config/yaml-file.js';
import { didYouMean } from '../../mapping/did-you-mean.js';
import type { Mistake } from '../../model/mistake.js';
import type { AlertsFile } from './alerts-schema.js';

type Report = (path: readonly PropertyKey[], problem: string, advice: string) => void;

/** What a schema cannot say: a channel is of one kind, and what is named is there. */
export function checkAlerts({ channels, routes }: AlertsFile, yaml: YamlFile): Mistake[] {
  const found: Mistake[] = [];
  const report: Report = (path, problem, advice) => void found.push({ file: yaml.file, ...yaml.at(path), problem, advice });
  const names = Object.keys(channels);
  for (const [name, { slack, webhook, email, secret, fallback }] of Object.entries(channels)) {
    const kinds = [slack, webhook, email].filter((one) => one !== undefined).length;
    if (kinds !== 1)
      report(
        ['channels', name],
        `the channel ${name} leads to ${kinds === 0 ? 'nothing' : 'more than one'}`,
        'write one of slack, webhook and email',
      );
    if (secret !== undefined && webhook === undefined) report(['channels', name, 'secret'], 'only a webhook is signed', 'leave it out');
    if (fallback !== undefined) checkName(['channels', name, 'fallback'], fallback, names, report);
    if (fallback !== undefined && comesBack(channels, name))
      report(['channels', name, 'fallback'], `the fallbacks of ${name} lead in a circle`, 'let the last one have none');
  }
  for (const [what, wanted] of Object.entries(routes))
    wanted?.forEach((name, index) => checkName(['routes', what, index], name, names, report));
  return found;
}

function checkName(path: readonly PropertyKey[], name: string, names: readonly string[], report: Report): void {
  if (!names.includes(name))
    report(path, `there is no channel ${name}`, names.length === 0 ? 'write it under channels' : didYouMean(name, names));
}

function comesBack(channels: AlertsFile['channels'], from: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = from; at !== undefined; at = channels[at]?.fallback) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}
