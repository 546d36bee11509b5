import type { Command } from 'commander';
import { AlertService } from '../../alerts/alert-service.js';
import { duration } from '../../mapping/amounts.js';
import { Refusal } from '../../model/refusal.js';
import { whoAmI } from '../who-am-i.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { muteText } from './list-alerts-command.js';

interface MuteOptions {
  readonly kind?: string;
  readonly pipeline?: string;
  readonly for: string;
  readonly reason?: string;
  readonly json?: boolean;
}

export function addMuteCommands(alerts: Command): void {
  alerts
    .command('mute [alert]')
    .description('tell nobody of an alert, a kind or a pipeline for a while; it is still found and listed')
    .option('--kind <kind>', 'all of this kind, such as lag')
    .option('--pipeline <name>', 'all of this pipeline; with --kind: of both')
    .option('--for <time>', 'for so long, 30d at most: 2h, 1d', '2h')
    .option('--reason <text>', 'for others, and for the audit log')
    .option('--json', 'print one JSON object: the mute')
    .action(async (alert: string | undefined, options: MuteOptions) => {
      const span = duration.safeParse(options.for);
      if (!span.success) throw new Refusal('wrong', `--for takes a span of time such as 2h or 1d, not "${options.for}"`);
      const how = { forMs: span.data, reason: options.reason ?? null };
      const mute = await withDatabase(async (sql) => {
        const service = new AlertService(sql);
        const fingerprint = alert === undefined ? null : (await service.show(wholeNumber('the alert', alert))).fingerprint;
        return service.mute({ fingerprint, kind: options.kind ?? null, pipeline: options.pipeline ?? null }, how, whoAmI());
      });
      writeResult(mute, options.json, muteText);
    });
  alerts
    .command('unmute <mute>')
    .description('tell of them again')
    .option('--json', 'print one JSON object: unmuted')
    .action(async (mute: string, { json }: { json?: boolean }) => {
      const unmuted = wholeNumber('the mute', mute);
      await withDatabase((sql) => new AlertService(sql).unmute(unmuted, whoAmI()));
      writeResult({ unmuted }, json, () => `The mute ${unmuted} is over.`);
    });
}
