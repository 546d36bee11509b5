/** One thing that was looked at, and what to do about it. */
export interface Finding {
  /** What was looked at: `settings`, `database`, `connection shop`. */
  readonly check: string;
  /** A warning works, and will hurt some day; with a failure something does not work. */
  readonly state: 'ok' | 'warning' | 'failure';
  readonly says: string;
  /** Null where nothing is to be done. */
  readonly advice: string | null;
}

export function ok(check: string, says: string): Finding {
  return { check, state: 'ok', says, advice: null };
}

export function warning(check: string, says: string, advice: string): Finding {
  return { check, state: 'warning', says, advice };
}

export function failure(check: string, says: string, advice: string): Finding {
  return { check, state: 'failure', says, advice };
}
