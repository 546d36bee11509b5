import type { Fault, StandInServer } from '../stand-in/index.js';
import type { Breakage, Concern, Line, Mishap } from './http-harness.js';

const faults: Readonly<Record<Mishap, Fault>> = {
  'error-500': { kind: 'status', status: 500, body: { message: 'Internal Server Error' } },
  half: { kind: 'half' },
  html: { kind: 'body', status: 200, body: '<html>maintenance</html>' },
  empty: { kind: 'body', status: 200, body: undefined },
  'no-page': { kind: 'body', status: 200, body: {} },
  cut: { kind: 'lost-after' },
  'foreign-404': { kind: 'status', status: 404, body: '<html>404 Not Found: nginx</html>' },
  unauthorized: { kind: 'status', status: 401, body: { message: 'The access token provided is invalid.' } },
};

/** The line to a stand-in. */
export function standInLine(
  server: Pick<StandInServer, 'requests' | 'faults' | 'onRequest'>,
  paths: Readonly<Record<Exclude<Concern, 'any'>, RegExp>>,
): Line {
  const match = (concern: Concern) => (concern === 'any' ? {} : { match: { path: paths[concern] } });
  const arm = (fault: Fault): Breakage => {
    const armed = server.faults.add(fault);
    return {
      get struck() {
        return armed.struck;
      },
      mend: () => armed.remove(),
    };
  };
  return {
    requests: () => server.requests.length,
    breaks: (mishap, concern) => arm({ ...faults[mishap], ...match(concern), times: Infinity }),
    breaksOnce: (mishap, nth) => {
      let left = nth;
      let armed: Breakage | null = null;
      const stop = server.onRequest(() => {
        if (left === 0) armed = arm(faults[mishap]);
        left -= 1;
      });
      return {
        get struck() {
          return armed?.struck ?? 0;
        },
        mend: () => {
          stop();
          armed?.mend();
        },
      };
    },
    refuses: (status, retryAfter, concern, times = Infinity) =>
      arm({ kind: 'status', status, headers: { 'retry-after': String(retryAfter) }, ...match(concern), times }),
    slows: (delayMs) => arm({ kind: 'delay', delayMs, times: Infinity }),
  };
}
