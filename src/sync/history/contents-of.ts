import { compareFields } from '../../mirror/diff.js';
import type { DeliveredContent } from '../../mirror/sql/write-history.js';
import type { Announced } from '../announce-intent.js';
import type { Shipment } from '../batch.js';
import { mirrorResult } from '../entry-disposition.js';
import type { PipelineContext } from '../pipeline-context.js';
import type { SentBatch } from '../send-batch.js';

/** What of a batch the shop acknowledged, with the names of what changed. Pure. */
export function contentsOf(
  { pipeline, mapping }: Pick<PipelineContext, 'pipeline' | 'mapping'>,
  announced: readonly Announced[],
  { outcomes }: Pick<SentBatch, 'outcomes'>,
): DeliveredContent[] {
  return announced.flatMap((one) => {
    if (one.kind !== 'go') return [];
    const { entry, shipments } = one.plan;
    return shipments.flatMap((shipment): DeliveredContent[] => {
      const outcome = outcomes.get(shipment.documentKey);
      const send = one.sends.get(shipment.documentKey);
      if (!outcome || !send || mirrorResult(outcome) !== 'acknowledged') return [];
      return [
        {
          connection: pipeline.target.connection,
          pipeline: pipeline.name,
          mapping,
          documentKey: shipment.documentKey,
          entityKey: entry.key,
          run: entry.run,
          sendNumber: send.sendNumber,
          state: shipment.document ? 'live' : 'gone',
          takenDown: shipment.plan.kind === 'take-down' ? shipment.plan.how : null,
          hash: shipment.document?.hash ?? 'gone',
          ...whatChanged(shipment),
        },
      ];
    });
  });
}

function whatChanged({ document, plan }: Shipment): Pick<DeliveredContent, 'whole' | 'changedFields'> {
  if (document === null) return { whole: false, changedFields: [] };
  if (plan.lastKnown === null) return { whole: true, changedFields: [] };
  // Sent whole because it was in doubt: what differs is less than what was sent.
  const { changed, cleared } = plan.previous === null ? compareFields(plan.lastKnown, document.fields) : plan;
  return { whole: false, changedFields: [...changed, ...cleared] };
}
