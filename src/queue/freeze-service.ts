import type { Sql } from '../database/sql.js';
import { actorName, type Actor } from '../model/actor.js';
import type { JsonObject } from '../model/json.js';
import { Refusal } from '../model/refusal.js';
import { unknownName } from './queue-service.js';
import { freezeConnection, unfreezeConnection } from './sql/freezes.js';
import { didYouMean } from '../mapping/did-you-mean.js';
import { knownNames, writtenFields } from './sql/known-names.js';

/** Lets nothing but some fields go to a shop for a while (sale days), over all processes that work on this database. */
export class FreezeService {
  constructor(private readonly sql: Sql) {}

  /** Batches that are under way are finished. Frozen already, the fields take the place of those before. */
  async freeze(
    connection: string,
    { except, reason }: { readonly except: readonly string[]; readonly reason: string | null },
    actor: Actor,
  ): Promise<void> {
    await this.check(connection);
    await this.checkFields(connection, except);
    const details = { except: [...except], ...(reason === null ? {} : { reason }) };
    const action = { actor, action: 'freeze' as const, target: `connection ${connection}`, details };
    await freezeConnection(this.sql, connection, { except, reason, by: actorName(actor) }, action);
  }

  /** Answers whether it was frozen, and how many entries go on. */
  async unfreeze(
    connection: string,
    reason: string | null,
    actor: Actor,
  ): Promise<{ readonly wasFrozen: boolean; readonly released: number }> {
    await this.check(connection);
    const details: JsonObject = reason === null ? {} : { reason };
    return unfreezeConnection(this.sql, connection, { actor, action: 'unfreeze', target: `connection ${connection}`, details });
  }

  /** A name that nobody writes would let nothing flow, and nobody would notice before the day is over. With one, all below it flows. */
  private async checkFields(connection: string, except: readonly string[]): Promise<void> {
    const written = await writtenFields(this.sql, connection);
    const wrong = except.filter((name) => written?.every((path) => path !== name && !path.startsWith(`${name}.`)) === true);
    if (written === null || wrong.length === 0) return;
    throw new Refusal(
      'wrong',
      wrong.map((name) => `No mapping writes "${name}" to ${connection}: ${didYouMean(name, written)}`).join('; '),
    );
  }

  private async check(connection: string): Promise<void> {
    const { connections, targets } = await knownNames(this.sql);
    if (!connections.includes(connection)) throw unknownName('connection', connection, connections);
    if (!targets.includes(connection))
      throw new Refusal('wrong', `Nothing is sent to ${connection}: only a target can be frozen (${targets.join(', ')})`);
  }
}
