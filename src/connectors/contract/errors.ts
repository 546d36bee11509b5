import type { Exchange } from '../../model/outcome.js';

/**
 * Errors a connector throws when the whole system cannot be used. The class says what the worker
 * does next; what concerns a single item is an outcome, never an exception.
 */
export abstract class ConnectorError extends Error {
  abstract readonly code: string;
  /** What was asked and answered, where there was an answer. */
  exchange?: Exchange;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The system cannot be reached or fails as a whole: wait and try again, no attempt is used up. */
export class Unavailable extends ConnectorError {
  readonly code = 'unavailable';
  constructor(
    message: string,
    /** When to try again, if the system said so (Retry-After), in milliseconds. */
    readonly afterMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Credentials are refused also after one refresh: the connection is paused and a person told. */
export class Unauthorized extends ConnectorError {
  readonly code = 'unauthorized';
}

/** The configuration asks for something the system does not have: a person must change a file. */
export class Misconfigured extends ConnectorError {
  readonly code = 'misconfigured';
}

/** The answer is not what the contract says (HTML with 200, half an answer, a wrong shape): never success. */
export class BadAnswer extends ConnectorError {
  readonly code = 'bad_answer';
}
