import { request, type Agent } from 'node:http';
import type { SignedDelivery } from '../../test/kit/plain/plain-webhooks.js';

export interface Answer {
  readonly status: number;
  /** From the first byte sent to the last byte of the answer. */
  readonly ms: number;
}

/** Sends them all, as many at once as the agent has connections. What waits for a connection is not measured. */
export async function deliver(url: string, agent: Agent, deliveries: readonly SignedDelivery[]): Promise<Answer[]> {
  const left = [...deliveries].reverse();
  const answers: Answer[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) answers.push(await send(url, agent, next));
  };
  await Promise.all(Array.from({ length: agent.maxSockets }, lane));
  return answers;
}

function send(url: string, agent: Agent, { headers, body }: SignedDelivery): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const outgoing = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (answer) => {
        answer.resume().once('end', () => resolve({ status: answer.statusCode ?? 0, ms: performance.now() - started }));
      },
    );
    outgoing.once('error', reject).end(body);
  });
}
