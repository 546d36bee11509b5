import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import { ConnectorError, type SeenRequest } from '../../connectors/contract/index.js';
import type { BatchReport } from '../../sync/batch.js';
import type { FinishedRun, Journey, Step } from '../../sync/journey.js';

/** A figure that a process counts by itself. */
export interface FlowMetric {
  readonly name: string;
  readonly kind: 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram, seconds. */
  readonly buckets?: readonly number[];
}

/** Adding one is an entry here, what feeds it below, and a row in docs/metrics.md. Labels take few values: none is a key or a message. */
export const flowMetrics = {
  entries: {
    name: 'pim2shop_entries_finished_total',
    kind: 'counter',
    help: 'entries that were worked on, by what became of them',
    labels: ['pipeline', 'result'],
  },
  outcomes: {
    name: 'pim2shop_document_outcomes_total',
    kind: 'counter',
    help: 'documents that were sent, by what the shop said of them',
    labels: ['pipeline', 'outcome'],
  },
  failures: {
    name: 'pim2shop_batch_failures_total',
    kind: 'counter',
    help: 'batches that the shop could not take as a whole, by why',
    labels: ['pipeline', 'reason'],
  },
  runs: {
    name: 'pim2shop_run_duration_seconds',
    kind: 'histogram',
    help: 'how long runs took that were completed',
    labels: ['pipeline', 'kind'],
    buckets: [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400],
  },
  stages: {
    name: 'pim2shop_stage_duration_seconds',
    kind: 'histogram',
    help: 'how long a stage of a batch took: fetch, map, intend, send, settle',
    labels: ['pipeline', 'stage'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  },
  requests: {
    name: 'pim2shop_request_duration_seconds',
    kind: 'histogram',
    help: 'requests to an outside system, by class of the answer: 2xx, …, none',
    labels: ['connection', 'status'],
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  waits: {
    name: 'pim2shop_request_wait_seconds_total',
    kind: 'counter',
    help: 'how long requests waited for a place among those under way, or because the system asked to be left alone',
    labels: ['connection'],
  },
} as const satisfies Readonly<Record<string, FlowMetric>>;

/** What a step ends; the others end nothing of their own. */
const stageOf: Partial<Record<Step, string>> = { fetched: 'fetch', planned: 'map', intended: 'intend', sent: 'send', settled: 'settle' };

/** What this process did since it was started. */
@Injectable()
export class FlowMetrics implements Journey {
  readonly registry = new Registry();
  private readonly entries = this.counter(flowMetrics.entries);
  private readonly outcomes = this.counter(flowMetrics.outcomes);
  private readonly failures = this.counter(flowMetrics.failures);
  private readonly runs = this.histogram(flowMetrics.runs);
  private readonly stages = this.histogram(flowMetrics.stages);
  private readonly requests = this.histogram(flowMetrics.requests);
  private readonly waits = this.counter(flowMetrics.waits);
  /** When the last step of a batch was over, by our monotonic clock. */
  private readonly reached = new WeakMap<object, number>();

  step(step: Step, pipeline: string, _entries: number, batch?: object): void {
    if (batch === undefined) return;
    const now = performance.now();
    const since = this.reached.get(batch);
    const stage = stageOf[step];
    if (stage !== undefined && since !== undefined) this.stages.observe({ pipeline, stage }, (now - since) / 1_000);
    this.reached.set(batch, now);
  }

  taken(batch: object): void {
    this.reached.set(batch, performance.now());
  }

  finished(pipeline: string, { finished, failure }: BatchReport): void {
    for (const { result, outcomes } of finished) {
      this.entries.inc({ pipeline, result });
      for (const { kind } of outcomes) this.outcomes.inc({ pipeline, outcome: kind });
    }
    if (failure !== null) this.failures.inc({ pipeline, reason: failure instanceof ConnectorError ? failure.code : 'unexpected' });
  }

  /** One that failed or was cancelled says nothing of how long one takes. */
  ran({ pipeline, kind, state, tookMs }: FinishedRun): void {
    if (state === 'completed') this.runs.observe({ pipeline, kind }, tookMs / 1_000);
  }

  request(connection: string, { status, tookMs, waitedMs }: SeenRequest): void {
    this.requests.observe({ connection, status: status === null ? 'none' : `${Math.floor(status / 100)}xx` }, tookMs / 1_000);
    this.waits.inc({ connection }, waitedMs / 1_000);
  }

  private counter<const Label extends string>({ name, help, labels }: FlowMetric & { readonly labels: readonly Label[] }): Counter<Label> {
    return new Counter({ name, help, labelNames: labels, registers: [this.registry] });
  }

  private histogram<const Label extends string>(metric: FlowMetric & { readonly labels: readonly Label[] }): Histogram<Label> {
    const { name, help, labels, buckets = [] } = metric;
    return new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [this.registry] });
  }
}
