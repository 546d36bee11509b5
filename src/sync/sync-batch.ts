import { releaseThawed } from '../queue/sql/freezes.js';
import { announceIntent } from './announce-intent.js';
import type { BatchReport, ClaimedBatch, PlannedBatch } from './batch.js';
import { followUp } from './follow-up.js';
import { freezeBatch } from './freeze/freeze-batch.js';
import { contentsOf } from './history/contents-of.js';
import { guardRemovals } from './guard-removals.js';
import type { PipelineContext } from './pipeline-context.js';
import { planBatch } from './plan-batch.js';
import { forgetFormerUses } from './related-uses.js';
import { writeIncidents } from './runs/write-incidents.js';
import { sendBatch } from './send-batch.js';
import { settleBatch } from './settle-batch.js';
import { tellIncidents, tellPlans, tellResults } from './tell-entries.js';

/**
 * The journey of a batch, from the claim to the shop's acknowledgement. `prepare` reads and decides, and
 * may run for the next batch while `deliver` sends this one. A process that dies anywhere in here leaves
 * either nothing, or mirror rows in doubt and a lease that runs out: both are taken up again.
 */
export async function syncBatch(context: PipelineContext, claimed: ClaimedBatch): Promise<BatchReport> {
  return deliver(context, await prepare(context, claimed), (send) => send());
}

/** Fetch the newest records, map them, compare with what was last delivered. */
export async function prepare(context: PipelineContext, claimed: ClaimedBatch): Promise<PlannedBatch> {
  const planned = await planBatch(context, claimed);
  tellPlans(context, planned);
  context.journey.step('planned', context.pipeline.name, planned.plans.length, claimed);
  return planned;
}

/** Waits until the shop has room for one more batch, and lets it go then. */
export type Turn = <Result>(send: () => Promise<Result>) => Promise<Result>;

/** Hold back what a frozen shop may not get, and what may not be removed, state the intent, send, settle every item by the shop's own answer, and wake what waited for it. */
export async function deliver(context: PipelineContext, wanted: PlannedBatch, turn: Turn): Promise<BatchReport> {
  const { journey, pipeline } = context;
  const batch = wanted.claimed;
  journey.taken?.(batch);
  const planned = await guardRemovals(context, await freezeBatch(context, wanted));
  const announced = await announceIntent(context, planned);
  const going = announced.filter((one) => one.kind === 'go');
  journey.step('intended', pipeline.name, going.length, batch);

  const transferred = await turn(() => {
    journey.step('sending', pipeline.name, going.length, batch);
    return sendBatch(context, planned, going);
  });
  journey.step('sent', pipeline.name, going.length, batch);

  journey.step('settling', pipeline.name, planned.plans.length, batch);
  const { report, incidents } = await settleBatch(context, planned, announced, transferred);
  journey.step('settled', pipeline.name, planned.plans.length, batch);
  journey.finished?.(pipeline.name, report);

  if (planned.isFrozen) await releaseThawed(context.sql, pipeline.target.connection);
  context.history.note(contentsOf(context, announced, transferred));
  const entries = planned.plans.map(({ entry }) => entry);
  const all = [...planned.incidents, ...incidents];
  await writeIncidents(context.sql, pipeline.name, entries, all);
  tellIncidents(context, planned, all);
  tellResults(context, report);
  await followUp(context, going, transferred, report);
  await forgetFormerUses(context, planned, report);
  return report;
}
