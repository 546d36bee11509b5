import type { Facts } from './facts.js';
import { pauseText } from '../../queue/sql/pauses.js';
import { breakerText } from '../../queue/sql/show-breaker.js';

/** What somebody can do, or that nothing has to be done. */
export interface NextStep {
  /** In a sentence: why it stands as it does. */
  readonly because: string;
  /** The command, or the place, for what is to be done; null where nothing is. */
  readonly then: string | null;
  /** Nothing goes on by itself: it waits for somebody. */
  readonly forPerson: boolean;
}

/** Decides what comes next, by what is known. Pure. What stops everything comes first, then what stops this one, then what is still under way. */
export function nextStep(facts: Facts): NextStep {
  return paused(facts) ?? openForPerson(facts) ?? notWanted(facts) ?? underWay(facts) ?? settled(facts);
}

function paused(facts: Facts): NextStep | null {
  const { pauses, pipeline } = facts;
  const [pause] = pauses;
  if (!pause) return heldByFreeze(facts);
  const what = pause.connection === null ? pipeline : `--connection ${pause.connection}`;
  const because = pause.connection === null ? `${pipeline} is ${pauseText(pause)}` : pauseText(pause);
  return forPerson(`${because}: nothing is delivered`, `pim2shop resume ${what}`);
}

function heldByFreeze({ entry, frozen }: Facts): NextStep | null {
  if (frozen === null || entry?.errorCode !== 'frozen') return null;
  const flows = frozen.except.length === 0 ? 'nothing' : `only ${frozen.except.join(', ')}`;
  return forPerson(
    `${entry.errorMessage ?? 'the shop is frozen'}: ${flows} goes to ${frozen.connection} until then`,
    `pim2shop unfreeze ${frozen.connection}`,
  );
}

function openForPerson(facts: Facts): NextStep | null {
  const { entry, heldSet, pipeline, key } = facts;
  if (entry?.state === 'held') {
    if (heldSet === null) return wait('its removal waits for the rest of its run', `pim2shop queue held`);
    return forPerson(
      `its removal is held with ${heldSet.removals} others: ${heldSet.reason}`,
      `pim2shop queue release ${heldSet.id} --expect ${heldSet.removals}, or pim2shop queue discard --held ${heldSet.id}`,
    );
  }
  if (entry?.state === 'absent')
    return forPerson('the PIM announced it and does not answer it', `pim2shop sync ${pipeline} --sweep, which shows whether it is gone`);
  if (entry?.state !== 'dead') return null;
  const what = { code: entry.errorCode ?? 'failed', field: entry.errorField, message: entry.errorMessage ?? '' };
  return facts.mapping?.result === 'rejected' ? mappingSaysNo(facts) : givenUp(what, pipeline, key);
}

interface Said {
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
}

function givenUp({ code, field, message }: Said, pipeline: string, key: string): NextStep {
  const retry = `pim2shop queue retry --pipeline ${pipeline} --key ${inShell(key)}`;
  const at = field === null ? '' : ` (${field})`;
  if (code === 'address_taken')
    return forPerson(message, `give one of the two another SKU in the PIM; if the other one is to go: take it down, then ${retry}`);
  if (code === 'rejected_before' || code === 'refused' || code === 'rejected')
    return forPerson(
      `the shop refused it: ${message}${at}`,
      `correct it in the PIM or in the mapping, it then goes by itself; if the shop was wrong: ${retry}`,
    );
  return forPerson(`it was given up on: ${code}${at}: ${message}`, `once the cause is gone: ${retry}`);
}

/** The mapping, or the source, does not want it in the shop as it is. */
function notWanted(facts: Facts): NextStep | null {
  const { source, mapping, pipeline } = facts;
  const stands = facts.documents.some((one) => one.state === 'live');
  if (source.result === 'absent')
    return stands
      ? wait('it is gone in the PIM, and stands in the shop still', `pim2shop sync ${pipeline} --sweep takes it down by the delete policy`)
      : done('the PIM has no such record, and the shop has nothing of it');
  if (mapping?.result === 'rejected') return mappingSaysNo(facts);
  const excluded =
    source.state !== null && source.state !== 'live'
      ? `the PIM says it is ${source.state}`
      : mapping?.result === 'excluded'
        ? mapping.reason
        : null;
  if (excluded === null || facts.entry !== null) return null;
  const down = facts.documents.some((one) => one.state === 'live' && one.takenDown === null);
  return wait(
    `it does not qualify: ${excluded}${down ? '; it stands in the shop still' : ''}`,
    `change it in the PIM${place(facts)}, or what \`when\` of ${pipeline} asks for`,
  );
}

function mappingSaysNo(facts: Facts): NextStep {
  const [first, ...more] = facts.mapping?.errors ?? [];
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  const because = first ? `the mapping cannot make it: ${first.field}: ${first.message}${others}` : 'the mapping cannot make it';
  return forPerson(because, `correct it in the PIM${place(facts)}, or the mapping ${facts.pipeline}: it then goes by itself`);
}

function underWay(facts: Facts): NextStep | null {
  const { entry, missing, pipeline, key, breaker } = facts;
  if (entry === null) return null;
  if (breaker && (entry.state === 'ready' || entry.state === 'waiting'))
    return wait(
      `${breaker.connection} ${breakerText(breaker)}: it goes as soon as that answers`,
      `once it is mended: pim2shop connections try ${breaker.connection}`,
    );
  const due = entry.dueAt === null ? '' : `, at ${entry.dueAt.toISOString()} at the latest`;
  const retry = `pim2shop queue retry --pipeline ${pipeline} --key ${inShell(key)} tries at once`;
  switch (entry.state) {
    case 'parked': {
      const [first] = missing;
      if (!first) return wait(`what it waited for is there by now; it is looked at again${due}`, retry);
      const others = missing.length === 1 ? '' : ` and ${missing.length - 1} more`;
      return wait(
        `it waits for ${first.pipeline} ${first.key}${others}, which the shop does not have yet`,
        `pim2shop why ${inShell(first.key)} --pipeline ${first.pipeline}`,
      );
    }
    case 'waiting':
      return wait(`it is tried again${due}, after ${entry.attempts} attempts: ${entry.errorMessage ?? 'it was not ready'}`, retry);
    case 'leased':
      return wait(`it is being delivered, by ${entry.leasedBy ?? 'a worker'}`, null);
    case 'submitted':
      return wait('the shop has taken it and works on it', null);
    default:
      return wait('it waits for its turn in the queue', `where no service runs: pim2shop sync ${pipeline} --until-empty`);
  }
}

/** Nothing is open of it. */
function settled(facts: Facts): NextStep {
  const { source, documents, foreseen, pipeline, lastError } = facts;
  const stands = documents.some((one) => one.state === 'live');
  if (source.result === 'failed') {
    const known = documents.length === 0 ? 'the shop has nothing of it' : 'nothing that was noticed of it is open';
    return wait(`${known}; the PIM could not be asked: ${source.reason ?? ''}`, 'pim2shop connections check, then ask again');
  }
  if (documents.some((one) => one.inDoubt))
    return wait('the last answer of the shop was lost: it is sent once more by itself', `pim2shop sync ${pipeline}`);
  if (source.result === 'nothing')
    return wait('the PIM left it out of its answer: it may be hidden from our account there', `look it up in the PIM${place(facts)}`);
  const rejected = foreseen.find((one) => one.action === 'rejected' || one.action === 'waits');
  if (rejected) return wait(rejected.reasons[0]?.message ?? 'it would not be sent as it is', `pim2shop sync ${pipeline}`);
  if (foreseen.some((one) => one.action !== 'unchanged'))
    return wait(
      `${stands ? 'the PIM has something newer than was delivered' : 'the PIM has it'}, and nobody has noticed yet`,
      `pim2shop sync ${pipeline}; if that finds nothing: pim2shop sync ${pipeline} --full`,
    );
  if (!stands) return wait('it has not been delivered yet', `pim2shop sync ${pipeline} --full`);
  const remark = lastError?.severity === 'warning' ? ` (a remark: ${lastError.message})` : '';
  return done(`the shop has it as the PIM does${remark}: if it does not show there, look at its visibility, stock, index and cache`);
}

function place({ source }: Facts): string {
  return source.link === null ? '' : ` (${source.link})`;
}

function forPerson(because: string, then: string): NextStep {
  return { because, then, forPerson: true };
}
function wait(because: string, then: string | null): NextStep {
  return { because, then, forPerson: false };
}
function done(because: string): NextStep {
  return { because, then: null, forPerson: false };
}

/** A key as one word of a command. */
export function inShell(key: string): string {
  return /^[\w.:@/+-]+$/.test(key) && !key.startsWith('-') ? key : `'${key.replaceAll("'", `'\\''`)}'`;
}
