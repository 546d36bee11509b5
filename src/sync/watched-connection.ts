import { Unavailable } from '../connectors/contract/index.js';
import type { Outcome } from '../model/outcome.js';
import type { ConnectionHealth } from './connection-health.js';

/** What never does its work without asking the system; what a person may ask wrongly (`find`) says nothing of it. */
const telling: ReadonlySet<PropertyKey> = new Set([
  'structure',
  'changes',
  'keys',
  'fetch',
  'asset',
  'acknowledge',
  'provision',
  'write',
  'read',
]);

/** A source or target whose calls are noted, whichever abilities it has. One that was told to stop says nothing of the system behind it. */
export function watchedConnection<Open extends object>(open: Open, connection: string, health: ConnectionHealth): Open {
  return new Proxy(open, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, target, values);
        if (!telling.has(property) || !(answer instanceof Promise)) return answer;
        const isStopped = (): boolean => values.some(isAborted);
        return health.observed(connection, answer as Promise<unknown>, {
          isStopped,
          troubleOf: property === 'write' ? troubleOfWrite : noTrouble,
        });
      };
    },
  });
}

const noTrouble = (): null => null;

/** A shop that is down may be told item by item. */
function troubleOfWrite(answer: unknown): Unavailable | null {
  const outcomes = answer as readonly Outcome[];
  const [first] = outcomes;
  const isDown = first !== undefined && outcomes.every((outcome) => 'code' in outcome && outcome.code === 'unavailable');
  return isDown && 'message' in first ? new Unavailable(first.message) : null;
}

/** A signal, or what carries one: the call of a `write`, options of a reading. */
function isAborted(value: unknown): boolean {
  if (value instanceof AbortSignal) return value.aborted;
  return typeof value === 'object' && value !== null && 'signal' in value && value.signal instanceof AbortSignal && value.signal.aborted;
}
