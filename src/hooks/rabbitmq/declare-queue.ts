import type { Channel } from 'amqplib';
import type { Broker } from '../../config/broker.js';

/**
 * The queue as it must be: kept by several nodes where there are several, and with a limit of deliveries said by us, since
 * what a broker takes for granted differs (none before RabbitMQ 4.0, 20 from then on:
 * https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling). One that is there with other arguments is
 * refused by the broker, and stays as it is. A dead-letter exchange without a queue would throw away what it is given:
 * where nobody named one, both are made.
 */
export async function declareQueue(channel: Channel, broker: Broker): Promise<void> {
  const { queue, exchange, routingKeys, deliveryLimit } = broker;
  const dead = broker.deadLetterExchange ?? `${queue}.dead`;
  if (broker.deadLetterExchange === undefined) {
    await channel.assertExchange(dead, 'fanout', { durable: true });
    await channel.assertQueue(dead, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(dead, dead, '');
  } else await channel.checkExchange(dead);
  await channel.assertQueue(queue, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': deliveryLimit, 'x-dead-letter-exchange': dead },
  });
  if (exchange === undefined) return;
  await channel.checkExchange(exchange);
  for (const key of routingKeys) await channel.bindQueue(queue, exchange, key);
}
