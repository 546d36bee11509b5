import { Unavailable } from '../contract/errors.js';

/** Waits for what others wait for as well: the signal ends this waiting, and leaves the flight to the others. */
export function waitFor<Result>(flight: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new Unavailable('stopped while waiting for what others asked for too'));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    void flight.then(resolve, reject).then(() => signal.removeEventListener('abort', leave));
  });
}
