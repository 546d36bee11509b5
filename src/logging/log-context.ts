import { AsyncLocalStorage } from 'node:async_hooks';

/** What a line belongs to. It stands in every line that is written while the work it was named for goes on. */
export interface LogContext {
  readonly pipeline?: string;
  readonly run?: number | string;
  readonly entry?: string;
  readonly connection?: string;
  /** One request to our own doors. */
  readonly request?: string;
}

const current = new AsyncLocalStorage<LogContext>();

/** Does the work in a context; what an outer one named and this one does not stays. */
export function inLogContext<Result>(context: LogContext, work: () => Result): Result {
  return current.run({ ...current.getStore(), ...context }, work);
}

export function logContext(): LogContext {
  return current.getStore() ?? {};
}
