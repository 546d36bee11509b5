import { expireHeld } from '../removals/sql/decide-held.js';
import { judgeSet } from '../removals/sql/judge-set.js';
import { feedName, relatedFeedName, type PipelineContext } from './pipeline-context.js';
import { noCounts } from './runs/run-counts.js';
import { addCounts } from './runs/run-log.js';

/** What became of a run's removals. */
export interface Judged {
  /** How many go now. */
  readonly going: number;
  /** Of those, how many this run opened; the others' counts are written down already. */
  readonly own: number;
  /** Why some wait for a person; null where none do. */
  readonly message: string | null;
}

/**
 * Decides what runs of a pipeline remove, each once it is through: all of it goes, or all of it waits for a person (rule 13).
 * What goes is counted as held no longer; of the run `own`, whose counts somebody keeps, that is left to whoever keeps them.
 */
export async function judgeCollected(context: PipelineContext, own: number | null = null): Promise<Judged> {
  const { sql, pipeline, log } = context;
  await endOverdue(context);
  const judged = { going: 0, own: 0, message: null as string | null };
  for (;;) {
    const set = await judgeSet(sql, pipeline.name, feedsOf(context), pipeline.deletes);
    if (set === null) return judged;
    const { removals, byRun, verdict } = set;
    if (verdict.kind === 'hold') {
      log.error('removals are held for a person', { pipeline: pipeline.name, removals, reason: verdict.reason });
      judged.message = `${removals} removals are held for a person: ${verdict.reason}`;
      continue;
    }
    judged.going += removals;
    for (const [run, count] of byRun) {
      if (run === own) judged.own += count;
      else if (run !== null) await addCounts(sql, run, { ...noCounts(), held: -count });
    }
  }
}

/** What runs of a pipeline read. */
export function feedsOf({ pipeline }: Pick<PipelineContext, 'pipeline'>): string[] {
  const related = pipeline.related.map((entity) => relatedFeedName(pipeline, entity));
  return [feedName(pipeline), ...related, `${pipeline.name}/full`, `${pipeline.name}/sweep`];
}

/** Ends what nobody decided on in time (rule 14). */
export async function endOverdue({ sql, log }: Pick<PipelineContext, 'sql' | 'log'>): Promise<void> {
  for (const { id, pipeline, entries } of await expireHeld(sql))
    if (entries > 0) log.warn('held removals were not decided on in time: nothing is removed', { pipeline, set: id, entries });
}
