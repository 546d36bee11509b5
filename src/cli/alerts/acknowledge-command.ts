import type { Command } from 'commander';
import { AlertService } from '../../alerts/alert-service.js';
import { whoAmI } from '../who-am-i.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';

export function addAcknowledgeCommand(alerts: Command): void {
  alerts
    .command('ack <alert>')
    .description('somebody looks after it: it is told again only once it is over')
    .option('--json', 'print one JSON object: acknowledged')
    .action(async (alert: string, { json }: { json?: boolean }) => {
      const acknowledged = wholeNumber('the alert', alert);
      await withDatabase((sql) => new AlertService(sql).acknowledge(acknowledged, whoAmI()));
      writeResult({ acknowledged }, json, () => `The alert ${acknowledged} is not told again until it is over.`);
    });
}
