import { Unauthorized } from '../contract/errors.js';
import type { Authorization } from './types.js';
import { waitFor } from './wait-for.js';

type Headers = Readonly<Record<string, string>>;

/** A token that never changes: refused once, it is refused. */
export function bearer(connection: string, token: string): Authorization {
  const headers = { authorization: `Bearer ${token}` };
  return {
    headers: () => Promise.resolve(headers),
    renew: () => Promise.reject(new Unauthorized(`${connection}: the token was refused; check that it is complete and still active`)),
  };
}

/** A token that is obtained when it is needed and again when it was refused, by one flight however many ask. */
export function renewable(obtain: () => Promise<string>): Authorization {
  let current: Promise<Headers> | null = null;
  const get = (): Promise<Headers> => {
    if (current !== null) return current;
    const flight = obtain().then((token) => ({ authorization: `Bearer ${token}` }));
    current = flight;
    // A failed flight is everybody's failure once, and nobody's afterwards.
    flight.catch(() => {
      if (current === flight) current = null;
    });
    return flight;
  };
  return {
    headers: (signal) => waitFor(get(), signal),
    async renew(used, signal) {
      const seen = current;
      // Somebody else may have renewed while this request was under way, or while this one looked.
      if (seen !== null && (await waitFor(seen, signal)) === used && current === seen) current = null;
      await waitFor(get(), signal);
    },
  };
}
