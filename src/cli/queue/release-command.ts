import type { Command } from 'commander';
import { RemovalService } from '../../removals/removal-service.js';
import { addDestructiveOption, confirmDestructive, type DestructiveOptions } from '../confirm-destructive.js';
import { whoAmI } from '../who-am-i.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';

export function addReleaseCommand(queue: Command): void {
  addDestructiveOption(queue.command('release <set>'))
    .description('let removals go that are held: each is read and judged once more (`queue held` shows the sets)')
    .option('--expect <removals>', 'how many you saw: a set that holds more by now is left as it is')
    .option('--json', 'print one JSON object: released')
    .action(async (set: string, { expect, json, environment }: { expect?: string; json?: boolean } & DestructiveOptions) => {
      const number = wholeNumber('<set>', set);
      const expected = expect === undefined ? undefined : wholeNumber('--expect', expect);
      await confirmDestructive(`The removals of set ${number} are let go`, { environment });
      const released = await withDatabase((sql) => new RemovalService(sql).release(number, whoAmI(), expected));
      writeResult({ released }, json, () => `${released} removals are let go`);
    });
}
