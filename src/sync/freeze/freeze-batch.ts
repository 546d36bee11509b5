import { freezeOf } from '../../queue/sql/freezes.js';
import type { PlannedBatch } from '../batch.js';
import type { PipelineContext } from '../pipeline-context.js';
import { frozenPlans } from './frozen-plans.js';

/** The same batch, without what a frozen shop may not get. Looked at anew for each batch: it holds for all processes at once. */
export async function freezeBatch({ sql, pipeline }: PipelineContext, batch: PlannedBatch): Promise<PlannedBatch> {
  if (!batch.plans.some(({ kind }) => kind === 'ship')) return batch;
  const freeze = await freezeOf(sql, pipeline.target.connection);
  return freeze === null ? batch : { ...batch, plans: frozenPlans(batch.plans, freeze, batch.references), isFrozen: true };
}
