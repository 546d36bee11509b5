import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Attributes, type Span, type Tracer } from '@opentelemetry/api';
import { ConnectorError, type SeenRequest } from '../connectors/contract/index.js';
import { secrets } from '../logging/secrets.js';
import type { TraceIds } from '../logging/trace-ids.js';
import type { BatchReport, ClaimedBatch } from '../sync/batch.js';
import type { BegunRun, Journey, Step } from '../sync/journey.js';
import type { RunEnd } from '../sync/runs/run-log.js';
import { BatchSpans } from './batch-spans.js';

/** What ends at a step, and what begins with it. */
const stages: Readonly<Record<Step, { readonly ends: boolean; readonly begins?: string }>> = {
  claimed: { ends: false },
  fetched: { ends: true, begins: 'sync.map' },
  planned: { ends: true },
  intended: { ends: true },
  // Between the two it waits for its turn.
  sending: { ends: false, begins: 'sync.send' },
  sent: { ends: true },
  settling: { ends: false, begins: 'sync.settle' },
  settled: { ends: true },
};

/** Whose part is what happens now. */
interface Scope {
  readonly span: Span;
}

/** Makes spans of what the flow tells: a run, its batches, their stages, and every request to an outside system. */
export class TraceJourney implements Journey {
  private readonly scope = new AsyncLocalStorage<Scope>();
  private readonly batches = new WeakMap<object, BatchSpans>();

  constructor(private readonly tracer: Tracer) {}

  /** Of the span that goes on where this is called; none where it is not recorded. */
  ids(): TraceIds {
    const known = this.scope.getStore()?.span.spanContext();
    if (known === undefined || (known.traceFlags & TraceFlags.SAMPLED) === 0) return {};
    return { 'trace.id': known.traceId, 'span.id': known.spanId };
  }

  async duringRun({ runs, pipelines, kind, trigger }: BegunRun, work: () => Promise<RunEnd>): Promise<RunEnd> {
    const span = this.begin('sync.run', {
      ...{ 'pim2shop.pipeline': [...pipelines], 'pim2shop.run': runs.map(String) },
      ...{ 'pim2shop.run.kind': kind, 'pim2shop.run.trigger': trigger },
    });
    try {
      const end = await this.scope.run({ span }, work);
      span.setAttribute('pim2shop.run.state', end.state);
      if (end.state === 'failed') fail(span, end.message ?? '');
      return end;
    } finally {
      span.end();
    }
  }

  async preparing<Result>(pipeline: string, batch: ClaimedBatch, work: () => Promise<Result>): Promise<Result> {
    const runs = [...new Set(batch.entries.flatMap(({ run }) => (run === null ? [] : [String(run)])))];
    const root = this.begin('sync.batch', {
      ...{ 'pim2shop.pipeline': pipeline, 'pim2shop.entries': batch.entries.length, 'pim2shop.read_number': batch.readNumber },
      ...(runs.length > 0 ? { 'pim2shop.run': runs } : {}),
    });
    const spans = new BatchSpans(root, (name) => this.begin(name, {}, root));
    this.batches.set(batch, spans);
    spans.beginStage('sync.fetch');
    try {
      return await this.scope.run(spans, work);
    } catch (error) {
      // Its end is that it is given back.
      fail(root, messageOf(error));
      throw error;
    }
  }

  async delivering<Result>(batch: ClaimedBatch, work: () => Promise<Result>): Promise<Result> {
    const spans = this.batches.get(batch);
    if (spans === undefined) return work();
    spans.beginStage('sync.intend');
    try {
      return await this.scope.run(spans, work);
    } catch (error) {
      fail(spans.root, messageOf(error));
      throw error;
    } finally {
      spans.end();
    }
  }

  step(step: Step, _pipeline: string, _entries: number, batch?: object): void {
    const spans = batch && this.batches.get(batch);
    if (spans === undefined) return;
    const { ends, begins } = stages[step];
    if (ends) spans.endStage();
    if (begins !== undefined) spans.beginStage(begins);
  }

  finished(_pipeline: string, { failure }: BatchReport): void {
    const scope = this.scope.getStore();
    if (failure !== null && scope instanceof BatchSpans)
      fail(scope.root, failure.message, failure instanceof ConnectorError ? failure.code : undefined);
  }

  givenBack(batch: object): void {
    const spans = this.batches.get(batch);
    spans?.root.setAttribute('pim2shop.given_back', true);
    spans?.end();
  }

  /** Told when it is over: it began as long ago as it took. */
  request(connection: string, { method, status, tookMs, waitedMs, host, path }: SeenRequest): void {
    const endTime = Date.now();
    const parent = this.scope.getStore()?.span;
    const span = this.tracer.startSpan(
      method,
      {
        kind: SpanKind.CLIENT,
        startTime: endTime - tookMs,
        attributes: {
          ...{ 'http.request.method': method, 'server.address': host, 'url.path': secrets.hide(path) },
          ...{ 'pim2shop.connection': connection, 'pim2shop.waited_ms': Math.round(waitedMs) },
          ...(status === null ? {} : { 'http.response.status_code': status }),
        },
      },
      parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
    );
    if (status === null) fail(span, 'no whole answer came');
    else if (status >= 400) fail(span, '', String(status));
    span.end(endTime);
  }

  private begin(name: string, attributes: Attributes, parent: Span | undefined = this.scope.getStore()?.span): Span {
    return this.tracer.startSpan(name, { attributes }, parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT);
  }
}

function fail(span: Span, message: string, type?: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message === '' ? {} : { message: secrets.hide(message) }) });
  if (type !== undefined) span.setAttribute('error.type', type);
}

function messageOf(error: unknown): string {
  return error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : String(error);
}
