import type { LoggedRequest, StandInRequest } from './message.js';

/** Which requests came, in order of arrival. */
export class RequestLog extends Array<LoggedRequest> {
  /** `map` and `filter` answer plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  count(predicate: (request: LoggedRequest) => boolean = () => true): number {
    return this.reduce((sum, request) => sum + (predicate(request) ? 1 : 0), 0);
  }

  clear(): void {
    this.length = 0;
  }
}

export function logged(request: StandInRequest): LoggedRequest {
  const { method, path, query, headers, body } = request;
  return { method, path, query, headers, body, at: Date.now(), status: null };
}
