import {
  Misconfigured,
  Unauthorized,
  Unavailable,
  type OpenTarget,
  type TargetItem,
  type WriteCall,
} from '../connectors/contract/index.js';
import type { Outcome } from '../model/outcome.js';
import { inChunks, type ChunkLimits } from './chunks.js';
import { inWaves } from './waves.js';

/** An item on its way, with what it must wait for. */
export interface Parcel {
  readonly key: string;
  readonly item: TargetItem;
  /** The document it inherits from: the shop's id for that one is its own. */
  readonly base: string | null;
  readonly bytes: number;
  /** Documents of the same batch that must be acknowledged first. */
  readonly after: readonly string[];
  /** References without which the shop cannot take it. */
  readonly strong: readonly { readonly pipeline: string; readonly key: string }[];
}

export interface TransferCall extends Omit<WriteCall, 'signal'> {
  /** Asked before every request, so that a process that slept through its lease begins nothing (rule 19). */
  signal(): AbortSignal;
  /** Asked before every request: the shop is to be left alone for now, as was learned while this batch waited or went. */
  isLeftAlone(): boolean;
  /** Tells which items leave now, with what resolves at this moment. */
  leaving(keys: readonly string[]): void;
  /** Tells the outcomes of a wave, so that what refers to them resolves. */
  answered(outcomes: readonly Outcome[]): void;
}

export interface Transferred {
  /** Exactly one outcome per parcel. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** The error that made the whole target unusable, if one did. */
  readonly failure: Error | null;
}

/** Sends a batch in the order its references ask for, and sees to it that every item has exactly one outcome (S4). */
export async function transfer(
  target: OpenTarget,
  parcels: readonly Parcel[],
  limits: ChunkLimits,
  call: TransferCall,
): Promise<Transferred> {
  const outcomes = new Map<string, Outcome>();
  let failure: Error | null = null;
  for (const wave of inWaves(parcels)) {
    const ready = wave.filter((parcel) => {
      const obstacle = whatIsMissing(parcel, outcomes, call) ?? nothingToWrite(parcel, outcomes);
      if (obstacle) outcomes.set(parcel.key, obstacle);
      return obstacle === null;
    });
    for (const chunk of inChunks(ready, (parcel) => parcel.bytes, limits)) {
      const signal = call.signal();
      const isLeftAlone = call.isLeftAlone();
      if (failure !== null || isLeftAlone || signal.aborted) {
        for (const parcel of chunk) outcomes.set(parcel.key, notSent(parcel.key, failure, isLeftAlone));
        continue;
      }
      call.leaving(chunk.map((parcel) => parcel.key));
      const { resolve, managed, alone, asset } = call;
      const answer = await writeChunk(
        target,
        chunk.map((parcel) => named(parcel, outcomes)),
        { signal, resolve, managed, alone, asset },
      );
      failure = answer.failure;
      for (const outcome of answer.outcomes) outcomes.set(outcome.key, outcome);
      call.answered(answer.outcomes);
    }
  }
  return { outcomes, failure };
}

/** A store view of something that was created or renamed a wave ago goes to what it is called now. */
function named({ item, base }: Parcel, outcomes: ReadonlyMap<string, Outcome>): TargetItem {
  const said = base === null ? undefined : outcomes.get(base);
  return said?.kind === 'written' && said.targetId !== null ? { ...item, targetId: said.targetId } : item;
}

/** A store view without a value of its own, of something that was made a moment ago, is as it should be. */
function nothingToWrite({ key, item, base }: Parcel, outcomes: ReadonlyMap<string, Outcome>): Outcome | null {
  const said = base === null ? undefined : outcomes.get(base);
  const made = said?.kind === 'written' && said.created === true;
  return made && item.operation === 'write' && Object.keys(item.fields).length === 0 ? { kind: 'unchanged', key } : null;
}

function whatIsMissing(parcel: Parcel, outcomes: ReadonlyMap<string, Outcome>, call: TransferCall): Outcome | null {
  const base = parcel.after
    .map((key) => outcomes.get(key))
    .find((outcome) => outcome && outcome.kind !== 'written' && outcome.kind !== 'unchanged');
  if (base) {
    return { kind: 'retry', key: parcel.key, code: 'waits_for_other', message: `waits for ${base.key}, which was not acknowledged` };
  }
  const missing = parcel.strong.find((reference) => call.resolve(reference) === undefined);
  return missing
    ? { kind: 'retry', key: parcel.key, code: 'reference_missing', message: `${missing.pipeline} ${missing.key} is not in the shop yet` }
    : null;
}

async function writeChunk(
  target: OpenTarget,
  items: readonly TargetItem[],
  call: WriteCall,
): Promise<{ outcomes: Outcome[]; failure: Error | null }> {
  const keys = items.map((item) => item.key);
  try {
    return {
      outcomes: oneEach(keys, await target.write(items, call)),
      failure: null,
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const failure = error;
    return { outcomes: keys.map((key) => ({ kind: 'unknown', key, code: codeOf(failure), message: failure.message })), failure };
  }
}

/** An item the answer does not name is unknown, one it names twice with different words too, and what was never sent is ignored. */
export function oneEach(keys: readonly string[], answered: readonly Outcome[]): Outcome[] {
  const byKey = new Map<string, Outcome[]>();
  for (const outcome of answered) byKey.set(outcome.key, [...(byKey.get(outcome.key) ?? []), outcome]);
  return keys.map((key) => {
    const said = byKey.get(key) ?? [];
    const [first] = said;
    if (first && said.every((outcome) => outcome.kind === first.kind)) return first;
    return {
      kind: 'unknown',
      key,
      code: first ? 'ambiguous_answer' : 'no_answer',
      message: first ? 'the answer contradicts itself' : 'the answer does not name this item',
    };
  });
}

function notSent(key: string, failure: Error | null, isLeftAlone: boolean): Outcome {
  if (failure !== null) return { kind: 'retry', key, code: codeOf(failure), message: failure.message };
  return isLeftAlone
    ? { kind: 'retry', key, code: 'left_alone', message: 'not sent: the shop is left alone for now' }
    : { kind: 'retry', key, code: 'lease_ended', message: 'not sent: the lease had ended' };
}

function codeOf(error: Error): string {
  return error instanceof Unavailable || error instanceof Unauthorized || error instanceof Misconfigured ? error.code : 'unexpected_error';
}
