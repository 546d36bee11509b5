import { Webhook } from 'standardwebhooks';
import { articles } from '../../examples/articles/index.js';
import { receivesEvents, type HookRequest, type HookVerdict } from '../../src/connectors/contract/index.js';
import { silentTools } from '../kit/silent-tools.js';

const secret = `whsec_${Buffer.from('secret-of-the-webhooks-of-the-pim').toString('base64')}`;
const config = { url: 'http://127.0.0.1:1', token: 'token' };

async function received(body: string, signed = body): Promise<HookVerdict> {
  const source = await articles.open({ ...config, webhookSecrets: [secret] }, silentTools);
  if (!receivesEvents(source)) throw new Error('the example takes no events');
  const now = Date.now();
  const request: HookRequest = {
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', new Date(now), signed),
    },
    body: Buffer.from(body),
    receivedAt: now,
  };
  const verdict = source.receive(request);
  await source.close?.();
  return verdict;
}

describe('the webhooks of the example source', () => {
  it('are hints of an article, with the id of the delivery', async () => {
    expect(await received('{"event":"deleted","id":"art/1","title":"of no interest"}')).toEqual({
      kind: 'accepted',
      delivery: 'msg_1',
      events: [{ entity: 'article', key: 'art/1', kind: 'deleted', version: null }],
    });
  });

  it('are refused where they are not signed, and not looked into', async () => {
    expect(await received('{"event":"deleted","id":"art/1"}', '{"event":"deleted","id":"art/2"}')).toMatchObject({ kind: 'forged' });
    expect(await received('{', '}')).toMatchObject({ kind: 'forged' });
  });

  it('are malformed where they are signed and tell of nothing', async () => {
    for (const body of ['{', '{"event":"renamed","id":"art/1"}', '{"event":"deleted","id":""}', 'null'])
      expect(await received(body)).toMatchObject({ kind: 'malformed' });
  });

  it('are not there without secrets', async () => {
    const source = await articles.open(config, silentTools);
    expect(receivesEvents(source)).toBe(false);
    await source.close?.();
  });
});
