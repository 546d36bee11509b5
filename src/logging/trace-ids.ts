/** The span that a line is written in, by the names of the schema. */
export interface TraceIds {
  readonly 'trace.id'?: string;
  readonly 'span.id'?: string;
}

const none: TraceIds = {};
let current = (): TraceIds => none;

export const traceIds = (): TraceIds => current();

/** Lines of the log have them from now on; called once, where traces are switched on. */
export function traceIdsFrom(ask: () => TraceIds): void {
  current = ask;
}

export function withoutTraceIds(): void {
  current = () => none;
}
