import { HttpException } from '@nestjs/common';
import { ZodValidationException } from 'nestjs-zod';
import type { ZodError } from 'zod';
import { ConnectorError } from '../../connectors/contract/index.js';
import { secrets } from '../../logging/secrets.js';
import { Refusal } from '../../model/refusal.js';
import { problem, problemCodes, type Problem, type ProblemCode } from './codes.js';

const ofRefusal = { unknown: 'unknown', conflict: 'conflict', wrong: 'invalid', reused: 'reused' } as const;

/** Postgres' own words for what is away or overloaded, and Node's for a connection that is gone. */
const away = /^(08|53|57P|ECONN|ETIMEDOUT|EPIPE)/;

/** What somebody is told whose request failed. What he cannot mend is told by one sentence alone: the rest stands in the log. */
export function describeFailure(error: unknown): Problem {
  if (error instanceof Refusal) return problem(ofRefusal[error.kind], error.message);
  if (error instanceof ConnectorError) return problem('unavailable', secrets.hide(error.message).slice(0, 500));
  if (error instanceof ZodValidationException) return invalid(error.getZodError() as ZodError);
  const status = statusOf(error);
  const code = codeOf(status);
  if (code === null) {
    return isAway(error)
      ? problem('unavailable', 'The database does not answer; try again.')
      : problem('failed', 'Something went wrong that is not of your doing; it stands in the log.');
  }
  return problem(code, status !== null && status < 500 && error instanceof Error ? error.message : problemCodes[code].title);
}

function invalid({ issues }: ZodError): Problem {
  const errors = issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return problem('invalid', detail, errors);
}

/** Of Nest's exceptions, and of the body parser's errors, which are none of Nest's. */
function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null || !('status' in error) || !('expose' in error)) return null;
  return error.expose === true && typeof error.status === 'number' ? error.status : null;
}

function codeOf(status: number | null): ProblemCode | null {
  const found = Object.entries(problemCodes).find(([, known]) => known.status === status);
  if (found) return found[0] as ProblemCode;
  return status !== null && status >= 400 && status < 500 ? 'invalid' : null;
}

function isAway(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && away.test(error.code);
}
