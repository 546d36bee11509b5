import { Unauthorized } from '../contract/errors.js';
import type { Authorization } from './types.js';
import { waitFor } from './wait-for.js';

type Headers = Readonly<Record<string, string>>;

/** Headers that never change: refused once, they are refused. `what` they are, for the message. */
export function fixed(connection: string, what: string, headers: Headers): Authorization {
  return {
    headers: () => Promise.resolve(headers),
    renew: () => Promise.reject(new Unauthorized(`${connection}: ${what} refused; check that it is complete and still active`)),
  };
}

export function bearer(connection: string, token: string): Authorization {
  return fixed(connection, 'the token was', { authorization: `Bearer ${token}` });
}

/** User name and password with every request (RFC 7617, in UTF-8). */
export function basic(connection: string, username: string, password: string): Authorization {
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return fixed(connection, 'the password of the user was', { authorization: `Basic ${credentials}` });
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
