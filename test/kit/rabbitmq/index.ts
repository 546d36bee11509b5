import { randomBytes } from 'node:crypto';
import { connect, type ConfirmChannel } from 'amqplib';

/** A real RabbitMQ, found by the global set-up; empty where there is none. */
export const rabbitUrl = process.env.PIM2SHOP_TEST_RABBITMQ ?? '';

/** Queues and exchanges of one test, under names nobody else has; gone with it. */
export interface RabbitScene {
  readonly queue: string;
  readonly dead: string;
  readonly channel: ConfirmChannel;
  /** Resolves once the broker has it. */
  publish(body: unknown, options?: { readonly id?: string; readonly exchange?: string; readonly key?: string }): Promise<void>;
  /** Messages that wait; those that somebody has taken and not acknowledged are not among them. */
  waiting(queue?: string): Promise<number>;
  /** Takes one message out of a queue. */
  next(queue: string): Promise<{ readonly text: string; readonly headers: Readonly<Record<string, unknown>> } | null>;
  close(): Promise<void>;
}

export async function rabbitScene(): Promise<RabbitScene> {
  const model = await connect(rabbitUrl);
  const channel = await model.createConfirmChannel();
  const queue = `pim2shop-test-${randomBytes(6).toString('hex')}`;
  const dead = `${queue}.dead`;
  return {
    queue,
    dead,
    channel,
    async publish(body, { id, exchange = '', key = queue } = {}) {
      const content = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      channel.publish(exchange, key, content, { persistent: true, mandatory: true, ...(id === undefined ? {} : { messageId: id }) });
      await channel.waitForConfirms();
    },
    waiting: async (name = queue) => (await channel.checkQueue(name)).messageCount,
    async next(name) {
      const message = await channel.get(name, { noAck: true });
      return message === false ? null : { text: message.content.toString('utf8'), headers: message.properties.headers ?? {} };
    },
    async close() {
      const last = await model.createChannel();
      for (const name of [queue, dead]) await last.deleteQueue(name);
      await last.deleteExchange(dead);
      await model.close();
    },
  };
}
