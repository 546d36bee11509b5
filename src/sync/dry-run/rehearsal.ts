import type { SourceRecord } from '../../model/record.js';
import type { Freeze } from '../../queue/sql/freezes.js';
import type { ClaimedEntry } from '../../queue/entry.js';
import { addressOwners } from '../../queue/sql/address-owners.js';
import { claimedAddress, whoYields } from '../announce-intent.js';
import type { EntryPlan } from '../batch.js';
import { frozenPlans } from '../freeze/frozen-plans.js';
import { fetchKeys, type Read } from '../fetch-newest.js';
import { removalHeld } from '../guard-removals.js';
import type { PipelineContext } from '../pipeline-context.js';
import { planEntries } from '../plan-batch.js';
import { addressTaken } from '../settle-batch.js';
import { describePlan } from './describe-plan.js';
import { foreseeFrozen } from './foresee-frozen.js';
import { insteadOfSending, type ForeseenEntity } from './foreseen.js';

/** Plans entries as a worker would, and remembers what would come of them. Writes nothing anywhere. */
export class Rehearsal {
  private readonly foreseen = new Map<string, ForeseenEntity>();
  /** Address → the entity that would take or keep it. */
  private readonly taken = new Map<string, string>();
  /** Keys, without case, of what the shop would come to have. */
  private readonly appearing = new Set<string>();
  /** Documents that a sync would put in doubt before it begins. */
  readonly doubted = new Set<string>();

  constructor(
    private readonly context: PipelineContext,
    private readonly signal: AbortSignal,
    /** Where the shop is frozen, and that matters: what goes is told apart from what waits. */
    private readonly freeze: Freeze | null = null,
  ) {}

  has(key: string): boolean {
    return this.foreseen.has(key);
  }

  get entities(): readonly ForeseenEntity[] {
    return [...this.foreseen.values()];
  }

  /** What removes something waits for a person, with this reason. Answers how many entities that is. */
  holdRemovals(reason: string): number {
    const removing = this.entities.filter((one) => one.removes);
    for (const entity of removing) this.remember(insteadOfSending(entity, 'waits', removalHeld(reason)));
    return removing.length;
  }

  /** Plans these entries, batch by batch; `records` are those that came along, the others are fetched. */
  async add(entries: readonly ClaimedEntry[], records: ReadonlyMap<string, SourceRecord> = new Map()): Promise<void> {
    const { items } = this.context.pipeline.batch;
    for (let start = 0; start < entries.length; start += items) {
      this.signal.throwIfAborted();
      await this.addBatch(entries.slice(start, start + items), records);
    }
  }

  private async addBatch(entries: readonly ClaimedEntry[], records: ReadonlyMap<string, SourceRecord>): Promise<void> {
    const { pipeline } = this.context;
    const reads = await this.read(entries, records);
    const {
      plans: wanted,
      incidents,
      references,
    } = await planEntries(this.context, entries, reads, {
      foresight: {
        expects: (one) => one.pipeline === pipeline.name && this.appearing.has(one.key.toLowerCase()),
        doubted: this.doubted,
      },
      writeDown: () => Promise.resolve(),
    });
    const plans = this.freeze === null ? wanted : frozenPlans(wanted, this.freeze, references);
    const described = wanted.map((plan, at) => {
      const own = incidents.filter((one) => one.entityKey === plan.entry.key);
      const [errors, notes] = (['error', 'warning'] as const).map((severity) =>
        own.filter((one) => one.severity === severity).map(asRemark),
      );
      const remarks = { errors: errors ?? [], notes: plan.kind === 'decided' ? [] : (notes ?? []) };
      return foreseeFrozen(plan, plans[at] ?? plan, (one) => describePlan(one, remarks, references));
    });
    const yielded = await this.withAddresses(plans, described);
    for (const entity of yielded) this.remember(entity);
  }

  private remember(entity: ForeseenEntity): void {
    this.foreseen.set(entity.key, entity);
    if (entity.appears) this.appearing.add(entity.key.toLowerCase());
  }

  private async read(entries: readonly ClaimedEntry[], records: ReadonlyMap<string, SourceRecord>): Promise<Map<string, Read>> {
    const reads = new Map<string, Read>();
    for (const { key } of entries) {
      const record = records.get(key);
      if (record) reads.set(key, { evidence: { kind: 'record', record }, readNumber: 0 });
    }
    const missing = entries.map((entry) => entry.key).filter((key) => !reads.has(key));
    for (const [key, evidence] of await fetchKeys(this.context, missing, this.signal)) reads.set(key, { evidence, readNumber: 0 });
    return reads;
  }

  /** Refuses what wants an address of somebody who keeps it, as the intent would (rule 9). */
  private async withAddresses(plans: readonly EntryPlan[], entities: readonly ForeseenEntity[]): Promise<ForeseenEntity[]> {
    const { pipeline, sql } = this.context;
    const wanted = plans.flatMap((plan) => {
      const address = plan.kind === 'ship' ? claimedAddress(this.context, plan) : null;
      return address === null ? [] : [{ entityKey: plan.entry.key, resource: pipeline.target.resource, address }];
    });
    const owned = await addressOwners(sql, pipeline.target.connection, pipeline.name, wanted);
    const contested = owned.map(({ entityKey, address, owner }) => ({ claimant: entityKey, address, owner }));
    const yielding = await whoYields(this.context, contested, this.signal);
    const keeping = new Map(contested.filter((one) => !yielding.has(one.claimant)).map((one) => [one.claimant, one.owner]));
    const addresses = new Map(wanted.map((one) => [one.entityKey, one.address]));
    return entities.map((entity) => this.withAddress(entity, addresses.get(entity.key), keeping.get(entity.key)));
  }

  private withAddress(
    entity: ForeseenEntity,
    address: string | undefined,
    owner: { readonly pipeline: string; readonly key: string } | undefined,
  ): ForeseenEntity {
    if (owner) return insteadOfSending(entity, 'rejected', addressTaken(owner));
    if (address === undefined) return entity;
    const first = this.taken.get(address) ?? entity.key;
    if (first !== entity.key)
      return insteadOfSending(entity, 'rejected', addressTaken({ pipeline: this.context.pipeline.name, key: first }));
    this.taken.set(address, entity.key);
    return entity;
  }
}

function asRemark({ field, code, message }: { readonly field: string | null; readonly code: string; readonly message: string }) {
  return { field, code, message };
}
