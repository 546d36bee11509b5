import type { Command } from 'commander';
import Table from 'cli-table3';
import { KeyService, type MadeKey } from '../access/key-service.js';
import { roles, type Role } from '../access/roles.js';
import type { ListedKey } from '../access/sql/keys.js';
import { addDestructiveOption, confirmDestructive, type DestructiveOptions } from './confirm-destructive.js';
import { whoAmI } from './who-am-i.js';
import { wholeNumber } from './whole-number.js';
import { withDatabase } from './with-database.js';
import { writeResult } from './write-result.js';
import { Refusal } from '../model/refusal.js';

const day = 24 * 60 * 60 * 1_000;

/** Keys of the API, for whoever has the database. */
export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('who may use the API');
  keys
    .command('list', { isDefault: true })
    .description('keys that were not revoked; never the keys themselves')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { json?: boolean }) => writeResult(await withDatabase((sql) => new KeyService(sql).list()), json, asTable));
  keys
    .command('create <name>')
    .description('a new key, told this once')
    .requiredOption('--role <role>', `what it may do: ${roles.join(', ')}, each what the one before may too`, asRole)
    .option('--days <count>', 'how long it opens anything', (text) => wholeNumber('--days', text), 365)
    .option('--forever', 'until somebody revokes it')
    .option('--json', 'print one JSON object')
    .action(async (name: string, { role, days, forever, json }: { role: Role; days: number; forever?: boolean; json?: boolean }) => {
      const expiresInMs = forever ? null : days * day;
      writeResult(await withDatabase((sql) => new KeyService(sql).create({ name, role, expiresInMs }, whoAmI())), json, asSecret);
    });
  keys
    .command('rotate <id>')
    .description('another secret under the same name')
    .option('--grace <minutes>', 'how long the former one opens too', (text) => wholeNumber('--grace', text), 0)
    .option('--json', 'print one JSON object')
    .action(async (id: string, { grace, json }: { grace: number; json?: boolean }) => {
      writeResult(await withDatabase((sql) => new KeyService(sql).rotate(numberOf(id), grace * 60_000, whoAmI())), json, asSecret);
    });
  addDestructiveOption(keys.command('revoke <id>'))
    .description('from here on it opens nothing')
    .option('--json', 'print one JSON object')
    .action(async (id: string, { json, environment }: { json?: boolean } & DestructiveOptions) => {
      await confirmDestructive(`The key ${numberOf(id)} opens nothing any more`, { environment });
      await withDatabase((sql) => new KeyService(sql).revoke(numberOf(id), whoAmI()));
      writeResult({ revoked: numberOf(id) }, json, ({ revoked }) => `The key ${revoked} opens nothing any more.`);
    });
}

function numberOf(id: string): number {
  return wholeNumber('the key', id);
}

function asRole(text: string): Role {
  const role = roles.find((one) => one === text);
  if (role === undefined) throw new Refusal('wrong', `--role takes ${roles.join(', ')}, not "${text}"`);
  return role;
}

function asSecret({ name, role, text, expiresAt }: MadeKey): string {
  return `The key "${name}" (${role}, ${expiresAt === null ? 'until it is revoked' : `until ${expiresAt.toISOString()}`}), told only now:\n${text}`;
}

function asTable(keys: readonly ListedKey[]): string {
  if (keys.length === 0) return 'Nobody has a key: make one with `pim2shop keys create NAME --role viewer`.';
  const table = new Table({ head: ['id', 'name', 'key', 'role', 'until', 'last used'], style: { head: [], border: [] } });
  for (const { id, name, prefix, role, expiresAt, lastUsedAt } of keys)
    table.push([id, name, `${prefix}_…`, role, expiresAt?.toISOString() ?? 'revoked', lastUsedAt?.toISOString() ?? 'never']);
  return table.toString();
}
