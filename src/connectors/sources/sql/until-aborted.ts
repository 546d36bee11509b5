import { Unavailable } from '../../contract/index.js';

/** Awaits work that a signal may end: `stop` breaks it off, and what it comes to then is nobody's concern. */
export async function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>, stop: () => void): Promise<Result> {
  let leave = (): void => undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(new Unavailable('stopped while a database was asked'));
  });
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, left]);
  } catch (error) {
    if (signal.aborted) stop();
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
