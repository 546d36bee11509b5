import { connect, type Channel, type ConsumeMessage } from 'amqplib';
import type { Broker } from '../../config/broker.js';
import type { Log } from '../../logging/log.js';
import { pause } from '../../sync/pause.js';
import type { TakenDelivery } from '../intake.js';
import { isOwnFault } from '../own-fault.js';
import type { Refusals } from '../refusals.js';
import { declareQueue } from './declare-queue.js';
import { readMessage } from './read-message.js';

const longestPauseMs = 30_000;
const heartbeatSeconds = 15;

export interface Consumption {
  readonly connection: string;
  readonly broker: Broker;
  readonly log: Log;
  readonly refusals: Refusals;
  /** Resolves once what the message says is committed. */
  take(delivery: TakenDelivery): Promise<void>;
}

/** Takes messages until the signal says stop; connects again, with pauses that grow, whenever the broker went away. */
export async function consume(consumption: Consumption, signal: AbortSignal): Promise<void> {
  const { connection, log } = consumption;
  for (let failures = 0; !signal.aborted; failures += 1) {
    const lost = await consumeWhileConnected(consumption, signal, () => (failures = 0)).catch(reasonOf);
    if (signal.aborted) return;
    const waitMs = Math.min(500 * 2 ** failures, longestPauseMs);
    log.warn('no messages of the broker for now', { connection, reason: lost, waitMs });
    await pause(waitMs, signal);
  }
}

/** Answers why it ended. */
async function consumeWhileConnected(consumption: Consumption, signal: AbortSignal, connected: () => void): Promise<string> {
  const { broker, connection, log } = consumption;
  const model = await connect(withHeartbeat(broker.url), { timeout: 10_000 });
  const over = new AbortController();
  let reason = 'the connection ended';
  const end = (why?: string): void => {
    if (!over.signal.aborted && why !== undefined) reason = why;
    over.abort();
  };
  model.on('error', (error: Error) => end(error.message));
  model.on('close', () => end());
  try {
    const channel = await model.createChannel();
    channel.on('error', (error: Error) => end(error.message));
    channel.on('close', () => end());
    await declareQueue(channel, broker);
    await channel.prefetch(broker.prefetch);
    const underWay = new Set<Promise<void>>();
    const { consumerTag } = await channel.consume(broker.queue, (message) => {
      if (message === null) return end('the queue was deleted');
      const work = handle(consumption, channel, message, AbortSignal.any([signal, over.signal]), over.signal)
        .catch((error: unknown) => end(reasonOf(error)))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    });
    connected();
    log.info('messages of the broker are taken', { connection, queue: broker.queue });
    await untilAborted(AbortSignal.any([signal, over.signal]));
    if (!over.signal.aborted) {
      // No more come; those that are here are finished. What was not committed is delivered again, to whoever is next.
      await channel.cancel(consumerTag);
      await Promise.all(underWay);
      await channel.close();
    }
    return reason;
  } finally {
    await model.close().catch((error: unknown) => log.debug('the broker was gone already', { connection, reason: reasonOf(error) }));
  }
}

async function handle(
  { connection, refusals, take, log }: Consumption,
  channel: Channel,
  message: ConsumeMessage,
  stop: AbortSignal,
  over: AbortSignal,
): Promise<void> {
  const id: unknown = message.properties.messageId;
  const read = readMessage(message.content);
  if ('poison' in read) {
    refusals.note(connection, 'malformed', read.poison);
    return channel.reject(message, false);
  }
  const delivery = { id: typeof id === 'string' && id !== '' ? `message ${id}` : null, hints: read.hints };
  for (let failures = 0; !stop.aborted; failures += 1) {
    try {
      await take(delivery);
      // Only now: a process that dies in between gets it again, and knows it by its id.
      if (!over.aborted) channel.ack(message);
      return;
    } catch (error) {
      if (isOwnFault(error)) {
        refusals.note(connection, 'malformed', reasonOf(error));
        return channel.reject(message, false);
      }
      // The database is away: that is not the message's fault, and giving it back would count against it.
      const waitMs = Math.min(500 * 2 ** failures, longestPauseMs);
      log.error('a message could not be queued', { connection, error: reasonOf(error), waitMs });
      await pause(waitMs, stop);
    }
  }
}

/** Notices within half a minute that the other end is gone without a word. */
function withHeartbeat(url: string): string {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeatSeconds));
  return address.toString();
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Errors of the library are of another realm in tests: they are told by their message. */
function reasonOf(error: unknown): string {
  return error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : String(error);
}
