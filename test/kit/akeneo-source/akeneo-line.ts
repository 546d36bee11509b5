import type { Akeneo } from '../akeneo/index.js';
import type { Breakage, Concern, Line, Mishap } from '../describe-source/index.js';
import type { Fault } from '../stand-in/index.js';

const faults: Readonly<Record<Mishap, Fault>> = {
  'error-500': { kind: 'status', status: 500, body: { code: 500, message: 'Internal Server Error' } },
  half: { kind: 'half' },
  html: { kind: 'body', status: 200, body: '<html>maintenance</html>' },
  empty: { kind: 'body', status: 200, body: undefined },
  'no-page': { kind: 'body', status: 200, body: {} },
  cut: { kind: 'lost-after' },
  'foreign-404': { kind: 'status', status: 404, body: '<html>404 Not Found: nginx</html>' },
  unauthorized: { kind: 'status', status: 401, body: { code: 401, message: 'The access token provided is invalid.' } },
};

/** The line to a stand-in Akeneo; `records` is where one entity is read. */
export function akeneoLine(pim: Akeneo, records: RegExp): Line {
  const paths: Readonly<Record<Concern, RegExp>> = { records, 'sign-in': /\/oauth\//, any: /^/ };
  const arm = (fault: Fault): Breakage => {
    const armed = pim.faults.add(fault);
    return {
      get struck() {
        return armed.struck;
      },
      mend: () => armed.remove(),
    };
  };
  return {
    requests: () => pim.requests.length,
    breaks: (mishap, concern) => arm({ ...faults[mishap], match: { path: paths[concern] }, times: Infinity }),
    breaksOnce: (mishap, nth) => {
      let left = nth;
      let armed: Breakage | null = null;
      const stop = pim.server.onRequest(() => {
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
      arm({ kind: 'status', status, headers: { 'retry-after': String(retryAfter) }, match: { path: paths[concern] }, times }),
    slows: (delayMs) => arm({ kind: 'delay', delayMs, times: Infinity }),
  };
}
