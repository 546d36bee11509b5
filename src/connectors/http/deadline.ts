/**
 * A signal that aborts with the caller's or after `ms`, whichever is first. `end` takes both watchers away
 * (AbortSignal.any keeps a long-lived signal's dependants until they are collected).
 */
export function deadline(signal: AbortSignal, ms: number): { readonly signal: AbortSignal; readonly timedOut: () => boolean; end(): void } {
  const controller = new AbortController();
  let late = false;
  const stop = () => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, ms);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    timedOut: () => late,
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}
