import type { BatchReport, EntryPlan, PlannedBatch } from './batch.js';
import type { PipelineContext } from './pipeline-context.js';
import type { Incident } from './runs/incident.js';

/**
 * One line for each record that failed; of a first load, which has its own line for all of them, and of what is only to be known, only with
 * debug. In the table `sync_error` stands every one.
 */
export function tellIncidents({ log, pipeline }: PipelineContext, { plans }: PlannedBatch, incidents: readonly Incident[]): void {
  if (incidents.length === 0) return;
  const entries = new Map(plans.map(({ entry }) => [entry.key, entry]));
  for (const { entityKey, documentKey, severity, message, context, ...incident } of incidents) {
    const entry = entries.get(entityKey);
    const data = {
      pipeline: pipeline.name,
      run: entry?.run,
      entry: entityKey,
      document: documentKey,
      ...incident,
      ...context,
      error: message,
      attempt: entry === undefined ? undefined : entry.attempts + 1,
    };
    if (severity === 'warning') log.debug('something is to be known of a record', data);
    else if (entry?.cause === 'initial') log.debug('a record could not be delivered', data);
    else log.info('a record could not be delivered', data);
  }
}

/** For debug: what is to be done with each entry. */
export function tellPlans({ log, pipeline }: PipelineContext, { plans }: PlannedBatch): void {
  for (const plan of plans) {
    const { key: entry, run, kind: change, version, attempts } = plan.entry;
    log.debug('an entry is planned', { pipeline: pipeline.name, run, entry, change, version, attempts, ...whatOf(plan) });
  }
}

/** For debug: what became of each entry, and what the shop said of its documents. */
export function tellResults({ log, pipeline }: PipelineContext, { finished }: BatchReport): void {
  for (const { key: entry, run, result, outcomes } of finished)
    log.debug('an entry is through', { pipeline: pipeline.name, run, entry, result, outcomes });
}

function whatOf(plan: EntryPlan): Readonly<Record<string, unknown>> {
  if (plan.kind === 'decided') return { plan: plan.disposition.kind, error: plan.error?.message, code: plan.error?.code };
  if (plan.kind === 'unchanged') return { plan: plan.kind };
  return {
    plan: plan.kind,
    documents: plan.shipments.map(({ documentKey, document, plan: one }) => ({
      key: documentKey,
      does: one.kind,
      fields: document?.fields,
    })),
  };
}
