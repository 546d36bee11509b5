import { z } from 'zod';

const name = z.string().min(1).max(200);

/** What stands under `amqp` of a source's connection: where messages come from that say what changed in it. */
export const brokerSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^amqps?$/ })
      .meta({ secret: true })
      .describe('address of the RabbitMQ with user, password and virtual host: amqps://user:password@host/vhost'),
    queue: name.describe('name of the queue; it is made where it is not there: a quorum queue'),
    exchange: name.optional().describe('an exchange that is there, which the queue is bound to; without it the queue alone is read'),
    routingKeys: z.array(z.string().max(255)).min(1).default(['#']).describe("routing keys it is bound by, ['#'] where not said"),
    deadLetterExchange: name
      .optional()
      .describe(
        'an exchange that is there, which messages go to that cannot be understood; without it one is made, <queue>.dead, with a queue',
      ),
    deliveryLimit: z.number().int().min(1).max(1000).default(20).describe('how often a message is delivered again before it goes there'),
    prefetch: z.number().int().min(1).max(1000).default(100).describe('how many messages are taken at once'),
  })
  .describe('{ url, queue, … }: a RabbitMQ that says what changed in this source');

export type Broker = z.output<typeof brokerSchema>;
