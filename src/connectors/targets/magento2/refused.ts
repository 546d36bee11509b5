import type { Exchange, Outcome, TargetItem } from '../../contract/index.js';
import { BadAnswer, ConnectorError, Unavailable } from '../../contract/index.js';
import { RequestFailure } from '../../http/index.js';
import type { JsonValue } from '../../../model/json.js';
import { asObject } from './json.js';

/** The shop said no: what was asked was definitely not done. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    /** Its message with the parameters filled in. */
    message: string,
    /** A field it names. */
    readonly field: string | null,
    readonly exchange?: Exchange,
  ) {
    super(message);
  }

  /** The same refusal, by the field that it is about. */
  about(field: string, message = this.message): Refused {
    return new Refused(this.status, message, field, this.exchange);
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  get isUrlConflict(): boolean {
    return /URL key for specified store already exists/i.test(this.message);
  }
}

/** A lock that two of Magento's own transactions fought over: rolled back, and worth another try (magento2#5351). */
const deadlock = /SQLSTATE\[40001\]|SQLSTATE\[HY000\].*\b(1205|1213)\b|Deadlock found|Lock wait timeout/i;

/** What was sent is too much for whoever answers: the server before Magento says so, without a word of Magento's. */
const tooLarge = new Set([413, 414, 431]);

/**
 * A refusal, or null where the answer is none: throttled, broken, not allowed to this integration, or not
 * Magento's. A proxy's 404 says nothing of a product, nor does a path that reached Magento as another one.
 */
export function refusalOf(status: number, body: JsonValue | undefined, exchange?: Exchange): Refused | null {
  const message = messageOf(body);
  if (deadlock.test(message)) return new Refused(409, message, null, exchange);
  if (tooLarge.has(status)) return new Refused(status, message === '' ? `too large: status ${status}` : message, null, exchange);
  if (status === 401 || status === 403 || status === 408 || status === 429 || status >= 500 || status < 400) return null;
  return message === '' || /does not match any route/i.test(message) ? null : new Refused(status, message, fieldOf(body), exchange);
}

/** `%1` and `%fieldName` stay in the message, their values travel beside it. */
export function messageOf(body: JsonValue | undefined): string {
  const { message, parameters } = asObject(body);
  if (typeof message !== 'string') return '';
  const named = asObject(parameters);
  const listed = Array.isArray(parameters) ? parameters : [];
  return message.replace(/%(\d+|[a-zA-Z]+)/g, (placeholder, name: string) => {
    const value = /^\d/.test(name) ? listed[Number(name) - 1] : named[name];
    return value === undefined || value === null || typeof value === 'object' ? placeholder : String(value);
  });
}

function fieldOf(body: JsonValue | undefined): string | null {
  const { fieldName } = asObject(asObject(body).parameters);
  return typeof fieldName === 'string' ? fieldName : null;
}

/** What a failure of this item's first request means for it: nothing of the item was written before. */
export function outcomeOf(key: string, error: unknown): Outcome {
  const exchange = exchangeOf(error);
  if (error instanceof Refused) {
    if (error.status === 409) return { kind: 'retry', key, code: 'deadlock', message: error.message, ...exchange };
    const field = error.field === null ? {} : { field: error.field };
    return { kind: 'rejected', key, code: 'refused', message: error.message, ...field, ...exchange };
  }
  if (error instanceof Unavailable) {
    const unsent = error.cause instanceof RequestFailure && !error.cause.sent;
    const afterMs = error.afterMs === null ? {} : { afterMs: error.afterMs };
    if (unsent) return { kind: 'retry', key, code: 'unavailable', message: error.message, ...afterMs, ...exchange };
    return { kind: 'unknown', key, code: 'unavailable', message: error.message, ...afterMs, ...exchange };
  }
  if (error instanceof BadAnswer) return { kind: 'unknown', key, code: 'bad_answer', message: error.message, ...exchange };
  throw error;
}

/** The product itself was written, something that belongs to it was not: it stays in doubt until all of it is. */
export function partlyWritten(key: string, step: string, error: unknown): Outcome {
  if (!(error instanceof Refused) && !(error instanceof Unavailable) && !(error instanceof BadAnswer)) throw error;
  const blameless = error instanceof Unavailable || (error instanceof Refused && error.status === 409);
  return {
    kind: 'unknown',
    key,
    code: blameless ? 'unavailable' : 'partly_written',
    message: `${step}: ${error.message}`,
    ...exchangeOf(error),
  };
}

function exchangeOf(error: unknown): { readonly exchange?: Exchange } {
  const known = error instanceof Refused || error instanceof ConnectorError;
  return known && error.exchange ? { exchange: error.exchange } : {};
}

/** A path with a store view that is not there is no path at all to Magento, which says nothing better of it. */
export function noSuchStore({ key, store }: TargetItem): Outcome {
  return { kind: 'rejected', key, code: 'no_such_store', message: `the shop has no store view "${store}"` };
}
