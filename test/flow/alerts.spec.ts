import { Webhook } from 'standardwebhooks';
import type { AlertRounds } from '../../src/alerts/alert-rounds.js';
import { takeMessage } from '../../src/alerts/sql/messages.js';
import { alertRounds, alertsConfig, passTime } from '../kit/alerts/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMailbox, type Mailbox } from '../kit/mailbox/index.js';
import { startSlack, textOf, type Slack } from '../kit/slack/index.js';
import { startServer, type StandInServer } from '../kit/stand-in/index.js';

const minute = 60_000;
const hour = 60 * minute;
const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

let test: TestDatabase;
let slack: Slack;
let mailbox: Mailbox;
let hook: StandInServer;
let channels: object;
let running: AlertRounds[];

beforeAll(async () => {
  test = await createTestDatabase();
  slack = await startSlack();
  mailbox = await startMailbox();
  hook = await startServer(() => ({ status: 204 }));
}, 60_000);
afterAll(async () => {
  await Promise.all([slack.close(), mailbox.close(), hook.close()]);
  await test.drop();
});

let scenes = 0;
const team = (): string => `team-${'abcdefghijklmnopqrstuvwxyz'[scenes]}`;
const urgent = (): string => `urgent-${'abcdefghijklmnopqrstuvwxyz'[scenes]}`;

beforeEach(async () => {
  scenes += 1;
  running = [];
  slack.server.faults.clear();
  mailbox.refuse(null);
  (mailbox.mails as string[]).length = 0;
  channels = {
    team: { slack: slack.url(team()), fallback: 'mail' },
    urgent: { slack: slack.url(urgent()), fallback: 'mail' },
    mail: { email: { server: mailbox.url, from: 'pim2shop@example.com', to: ['someone@example.com'] } },
  };
  for (const table of [
    'incident',
    'alert_message',
    'alert_channel',
    'alert_round',
    'alert_mute',
    'queue_entry',
    'sync_error',
    'sync_run',
    'connection_state',
    'pipeline_state',
  ])
    await test.database.query(`DELETE FROM ${table}`);
  await test.database.query(
    `INSERT INTO pipeline_state (pipeline, mapping, last_full_sync, source_connection, target_connection) VALUES ('products', 1, now(), 'pim', 'shop')`,
  );
});
afterEach(() => Promise.all(running.map((rounds) => rounds.stop())));

/** A process that looks after alerts. */
function aProcess(file: object = {}): AlertRounds {
  const config = alertsConfig({
    channels,
    routes: { critical: ['urgent'], warning: ['team'] },
    digest: { daily: false, weekly: 'never' },
    ...file,
  });
  const rounds = alertRounds(test.database, config);
  running.push(rounds);
  return rounds;
}

async function pass(ms: number): Promise<void> {
  slack.passTime(ms);
  await passTime(test.database, ms);
}

/** Looks at everything and sends what is due, after so long. */
async function look(rounds: AlertRounds, afterMs = 0): Promise<void> {
  await pass(Math.max(afterMs, 10 * minute));
  await rounds.look();
  await rounds.send();
}

/** As the flow writes them: dead entries of one cause, each with its error. */
async function fail(many: number, message = 'the colour "mauve" is unknown', fingerprint = 'f1'): Promise<void> {
  await test.database.query(
    `INSERT INTO queue_entry (pipeline, entity_key, kind, state, cause, revision, claim_order, error_code, error_field, error_message, error_fingerprint)
     SELECT 'products', $3 || '-' || n, 'updated', 'dead', 'delta', n, now(), 'unknown_option', 'color', $2, $3 FROM generate_series(1, $1::int) n`,
    [many, message, fingerprint],
  );
  await test.database.query(
    `INSERT INTO sync_error (time, pipeline, entity_key, stage, severity, code, field, message, fingerprint)
     SELECT now() - interval '5 min', 'products', $3 || '-' || n, 'map', 'error', 'unknown_option', 'color', $2, $3 FROM generate_series(1, $1::int) n`,
    [many, message, fingerprint],
  );
}

const mend = (): Promise<unknown> => test.database.query(`DELETE FROM queue_entry WHERE state = 'dead'`);
const told = (channel: string): string[] => slack.messages(channel).map((payload) => payload.text ?? '');

describe('a storm: 10,000 failures of one cause', () => {
  it('are one message, however many processes look at once, one line of a digest and one recovery', async () => {
    const [a, b] = [aProcess(), aProcess()];
    await fail(10_000);
    await pass(10 * minute);
    await Promise.all([a.look(), b.look()]);
    await Promise.all([a.send(), b.send(), a.send(), b.send()]);
    expect(slack.messages(team())).toHaveLength(1);
    const message = textOf(slack.messages(team())[0]);
    for (const said of [
      '10,000',
      'f1-1',
      'mauve',
      'staging',
      '#36a2eb',
      'https://sync.example.com/api/v1/queue/entries/products/f1-1',
      'pim2shop queue retry',
    ])
      expect(message).toContain(said);
    await look(a);
    await look(b);
    expect(slack.messages(team())).toHaveLength(1);

    const digests = aProcess({ digest: { at: await justNow(), daily: true, weekly: 'never' } });
    await Promise.all([look(digests), look(aProcess({ digest: { at: await justNow(), daily: true, weekly: 'never' } }))]);
    const [, digest] = slack.messages(team());
    expect(textOf(digest)).toContain('10,000 × products unknown_option (color)');
    expect(textOf(digest).match(/unknown_option/g)).toHaveLength(1);

    await mend();
    await look(a, 3 * minute);
    await look(b);
    await look(a);
    expect(slack.messages(team())).toHaveLength(3);
    expect(textOf(slack.messages(team())[2])).toMatch(/Over: Entries were given up on: products.*It lasted\*\\n\d+ (min|h)/);
    expect([slack.messages(urgent()), mailbox.mails]).toEqual([[], []]);
  });

  it('of many causes are a few messages and one for the rest', async () => {
    const rounds = aProcess({ rules: { dead_letters: { causes: 2 } } });
    for (let cause = 1; cause <= 30; cause += 1) await fail(10 + cause, `cause ${cause}`, `c${cause}`);
    for (let round = 0; round < 4; round += 1) await look(rounds);
    expect(told(team()).filter((text) => text.includes('one cause'))).toHaveLength(2);
    expect(told(team()).filter((text) => text.includes('28 other causes'))).toHaveLength(1);
    expect(told(team())).toHaveLength(3);
  });

  /** The time of day a minute ago, by the database's clock, in UTC. */
  async function justNow(): Promise<string> {
    const [row] = await test.database.query<{ at: string }>(`SELECT to_char(now() AT TIME ZONE 'UTC' - interval '1 min', 'HH24:MI') AS at`);
    return row?.at ?? '';
  }
});

describe('a channel that does not take it', () => {
  it('is stood in for after three tries, tried again later, and told of the end too', async () => {
    const rounds = aProcess();
    const dead = slack.server.faults.add({ kind: 'status', status: 500, body: 'rollup_error', times: Infinity });
    await fail(20);
    for (const tries of [1, 2, 3]) {
      await look(rounds);
      expect(dead.struck).toBe(tries);
    }
    await rounds.send();
    expect(mailbox.mails).toHaveLength(1);
    expect(mailbox.mails[0]).toContain('Entries were given up on: products');
    expect(mailbox.mails[0]).toMatch(/the channel team does not take\s+it/);
    dead.remove();
    await look(rounds);
    expect([told(team()).length, mailbox.mails.length]).toEqual([1, 1]);
    await mend();
    await look(rounds);
    await look(rounds);
    expect([told(team()).length, mailbox.mails.length]).toEqual([2, 2]);
  });

  it('sends nothing that is no longer true: only that it is over', async () => {
    const rounds = aProcess();
    const dead = slack.server.faults.add({ kind: 'reset', times: Infinity });
    await fail(20);
    await look(rounds);
    await mend();
    await look(rounds, 3 * minute);
    dead.remove();
    await look(rounds);
    expect(told(team())).toEqual([expect.stringContaining('Over: Entries were given up on') as string]);
  });

  it.each([
    [403, 'action_prohibited'],
    [404, 'channel_not_found'],
    [410, 'channel_is_archived'],
  ])('by %i %s is stood in for at once, and left alone for a while', async (status, body) => {
    const rounds = aProcess();
    const refusing = slack.server.faults.add({ kind: 'status', status, body, times: Infinity });
    await fail(20);
    await look(rounds);
    await rounds.send();
    expect(mailbox.mails).toHaveLength(1);
    await pass(2 * minute);
    await rounds.send();
    expect(refusing.struck).toBe(1);
  });

  it('gets the words alone where it does not take the blocks', async () => {
    const rounds = aProcess();
    slack.server.faults.add({ kind: 'status', status: 400, body: 'invalid_payload', times: 1 });
    await fail(20);
    await look(rounds);
    expect(slack.messages(team())).toEqual([{ text: expect.stringContaining('Entries were given up on') as string }]);
  });

  it('that wants a rest (429) is left alone for as long as it says, by every process, and then has it once', async () => {
    const [a, b] = [aProcess(), aProcess()];
    const limited = slack.server.faults.add({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '90' },
      body: 'rate_limited',
      times: 1,
    });
    await fail(20);
    await look(a);
    expect(limited.struck).toBe(1);
    await pass(80_000);
    await Promise.all([a.send(), b.send()]);
    expect(slack.server.requests.filter(({ path }) => path.endsWith(team()))).toHaveLength(1);
    await pass(15_000);
    await Promise.all([a.send(), b.send()]);
    expect(told(team())).toHaveLength(1);
    expect(mailbox.mails).toEqual([]);
  });

  it('has one message a second at most, over all processes', async () => {
    const [a, b] = [aProcess({ rules: { dead_letters: { causes: 20 } } }), aProcess({ rules: { dead_letters: { causes: 20 } } })];
    for (let cause = 1; cause <= 3; cause += 1) await fail(10, `cause ${cause}`, `c${cause}`);
    await pass(10 * minute);
    await a.look();
    await Promise.all([a.send(), b.send(), a.send()]);
    expect(told(team())).toHaveLength(1);
    await pass(1_000);
    await Promise.all([a.send(), b.send()]);
    expect(told(team())).toHaveLength(2);
  });
});

describe('a process that dies', () => {
  it('after it opened an incident, or wrote its message, leaves it to the next', async () => {
    const dying = aProcess();
    await fail(20);
    await pass(10 * minute);
    await dying.look();
    await dying.stop();
    await aProcess().send();
    expect(told(team())).toHaveLength(1);
  });

  it('with the message in hand leaves it to the next once its lease is over', async () => {
    const rounds = aProcess();
    await fail(20);
    await pass(10 * minute);
    await rounds.look();
    expect(await takeMessage(test.database, 'team', 0)).not.toBeNull();
    await rounds.send();
    expect(told(team())).toEqual([]);
    await pass(minute);
    await rounds.send();
    await rounds.send();
    expect(told(team())).toHaveLength(1);
  });
});

describe('an alert that stays', () => {
  it('is told again with gaps that grow, and becomes critical once nobody acknowledged it', async () => {
    const rounds = aProcess({ repeat: { after: '1h', factor: 2, longest: '1d' }, escalate: '5h' });
    await fail(20);
    await look(rounds);
    for (const [afterMs, messages] of [
      [50 * minute, 1],
      [20 * minute, 2],
      [100 * minute, 2],
      [30 * minute, 3],
    ] as const) {
      await look(rounds, afterMs);
      expect(told(team())).toHaveLength(messages);
    }
    expect(told(team())[2]).toContain('Still: Entries were given up on');
    expect(told(urgent())).toEqual([]);
    await look(rounds, 3 * hour);
    expect(told(urgent())).toEqual([expect.stringContaining('Nobody acknowledged it') as string]);
  });

  it('is not told while it is muted, nor that it is over, and is told afterwards', async () => {
    const rounds = aProcess();
    await test.database.query(
      `INSERT INTO alert_mute (kind, pipeline, until, muted_by) VALUES ('dead_letters', 'products', now() + interval '2 h', 'user anna')`,
    );
    await fail(20);
    await look(rounds);
    await mend();
    await look(rounds);
    expect(told(team())).toEqual([]);
    await fail(20);
    await look(rounds);
    expect(told(team())).toEqual([]);
    await look(rounds, 2 * hour);
    expect(told(team())).toHaveLength(1);
  });
});

it('posts to any address, signed, under an id that is the same for every try', async () => {
  const rounds = aProcess({ channels: { hook: { webhook: `${hook.url}/alerts`, secret } }, routes: {} });
  hook.faults.add({ kind: 'status', status: 503 });
  await fail(20);
  await look(rounds);
  await look(rounds);
  expect(hook.requests.map(({ status }) => status)).toEqual([503, 204]);
  const [first, second] = hook.requests;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  const verified = new Webhook(secret).verify(JSON.stringify(second?.body), second?.headers as Record<string, string>);
  expect(verified).toMatchObject({ type: 'pim2shop.alert', environment: 'staging', colour: 'blue', tone: 'warning' });
});
