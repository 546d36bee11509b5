import type { Agreement } from '../test/kit/agreement/index.js';
import type { RunKind } from '../src/sync/runs/run-log.js';
import type { SyncResult } from '../src/sync/sync-service.js';
import { changeCatalogue, removeProducts, type Edit } from './edits.js';
import type { Narrator } from './narrator.js';
import { openStage, type Stage } from './stage.js';
import { readReports, type Report } from './reports.js';
import { sentFor, type Sent } from './sent.js';

/** One pass over all pipelines, in the order in which they depend on each other. */
export interface Pass {
  readonly name: string;
  readonly why: string;
  readonly runs: readonly SyncResult[];
  /** Requests to the PIM that read records, and to the shop that write. */
  readonly requests: { readonly pim: number; readonly shop: number };
  readonly ms: number;
}

export interface DemoResult {
  readonly catalog: string;
  readonly records: number;
  readonly passes: readonly Pass[];
  /** What people did in the PIM between the passes, and what left for the shop because of it. */
  readonly changes: readonly (Edit & { readonly sent: readonly Sent[] })[];
  /** What people should know of single products, by kind. */
  readonly reports: readonly Report[];
  readonly agreement: Agreement;
  readonly problems: readonly string[];
  readonly ms: number;
}

/** The main job from an empty machine: everything, then what changed, then what is gone; and whether shop and PIM agree. */
export async function runDemo(catalog: string, narrator: Narrator): Promise<DemoResult> {
  const started = performance.now();
  narrator.say('starting a private PostgreSQL, a stand-in Akeneo and a stand-in Magento 2 on this machine');
  const stage = await openStage(catalog);
  try {
    const full = await runPass(stage, 'full', 'full', 'everything, into an empty shop', narrator);
    narrator.say('people in the PIM change 25 products, disable 2 and add 4');
    const edits = changeCatalogue(stage.pim);
    const delta = await runPass(stage, 'delta', 'delta', 'what was changed, disabled and added', narrator);
    const sentByDelta = edits.map((edit) => ({ ...edit, sent: sentFor(stage.shop, edit.sku) }));
    narrator.say('people in the PIM delete 3 products');
    const removals = removeProducts(stage.pim, edits);
    const sweep = await runPass(stage, 'sweep', 'sweep', 'what is gone', narrator);
    const sentBySweep = removals.map((edit) => ({ ...edit, sent: sentFor(stage.shop, edit.sku) }));
    narrator.say('reading the shop back and comparing it with the PIM, value by value');
    const agreement = await stage.journey.agreement();
    const passes = [full, delta, sweep];
    return {
      catalog,
      records: full.runs.reduce((sum, run) => sum + run.counts.seen, 0),
      passes,
      changes: [...sentByDelta, ...sentBySweep],
      reports: await readReports(stage.sql),
      agreement,
      problems: problemsOf(passes),
      ms: Math.round(performance.now() - started),
    };
  } finally {
    await stage.close();
  }
}

async function runPass(stage: Stage, name: string, kind: RunKind, why: string, narrator: Narrator): Promise<Pass> {
  const started = performance.now();
  stage.forgetRequests();
  const runs: SyncResult[] = [];
  for (const pipeline of stage.journey.project.pipelines) {
    const bar = narrator.pass(
      pipeline,
      kind === 'full' ? stage.pim.count(stage.journey.project.context(pipeline).pipeline.source.entity) : null,
    );
    runs.push(await stage.journey.sync(pipeline, kind, (progress) => bar.update(progress)));
    bar.end();
  }
  return { name, why, runs, requests: stage.countRequests(), ms: Math.round(performance.now() - started) };
}

/** A run that did not complete, and entries nobody will take up again by themselves. */
function problemsOf(passes: readonly Pass[]): string[] {
  return passes.flatMap(({ name, runs }) =>
    runs.flatMap(({ pipeline, state, counts, message }) => [
      ...(state === 'completed' && message === null ? [] : [`${name} of ${pipeline}: ${state}${message === null ? '' : `: ${message}`}`]),
      ...(counts.dead > 0 ? [`${name} of ${pipeline}: ${counts.dead} given up on`] : []),
    ]),
  );
}
