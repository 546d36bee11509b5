/** Every `code` an answer of the API may carry, with its status; docs/api.md lists them and is held to this. */
export const problemCodes = {
  invalid: { status: 400, title: 'The request is not as it must be' },
  no_key: { status: 401, title: 'An API key is needed' },
  not_allowed: { status: 403, title: 'The key does not allow this' },
  unknown: { status: 404, title: 'There is no such thing' },
  wrong_method: { status: 405, title: 'This is not done here' },
  too_slow: { status: 408, title: 'The request took too long to come' },
  conflict: { status: 409, title: 'It is not as you took it for' },
  changed: { status: 412, title: 'It has changed since you looked' },
  too_large: { status: 413, title: 'The body is too large' },
  wrong_type: { status: 415, title: 'The body is not JSON' },
  reused: { status: 422, title: 'The key stands for another request' },
  not_seen: { status: 428, title: 'Look at it first' },
  too_many: { status: 429, title: 'Too many requests' },
  failed: { status: 500, title: 'The service could not do this' },
  unavailable: { status: 503, title: 'The service cannot work just now' },
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** An answer that is no success, by RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  /** Each mistake with its place. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export function problem(code: ProblemCode, detail: string, errors?: Problem['errors']): Problem {
  const { status, title } = problemCodes[code];
  return { type: `urn:pim2shop:problem:${code}`, title, status, code, detail, ...(errors === undefined ? {} : { errors }) };
}
