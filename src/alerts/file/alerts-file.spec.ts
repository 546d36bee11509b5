import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { jsonSchemas } from '../../config/write-schemas.js';
import { alertsFile } from './alerts-file.js';

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const env = {
  SLACK_TEAM_WEBHOOK: 'https://hooks.slack.example/services/T/B/team',
  SLACK_URGENT_WEBHOOK: 'https://hooks.slack.example/services/T/B/urgent',
  PAGER_URL: 'https://pager.example/hook',
  PAGER_SECRET: secret,
  SMTP_URL: 'smtps://user:geheim-4711@mail.example',
};
const example = readFileSync('examples/alerts/alerts.yaml', 'utf8');

function mistakesIn(text: string, variables: Record<string, string> = env): string[] {
  const read = alertsFile.read(text, variables);
  return 'mistakes' in read ? read.mistakes.map(({ line, problem, advice }) => `${line}: ${problem} → ${advice}`) : [];
}

describe('alerts.yaml', () => {
  it('may be left out: every rule is on, and nothing is sent', () => {
    const read = alertsFile.read(null, {});
    if ('mistakes' in read) throw new Error('mistakes in nothing');
    expect(read.data.channels.size).toBe(0);
    expect(Object.values(read.data.rules).every(({ on }) => on)).toBe(true);
    expect(read.data.rules.lag).toMatchObject({ severity: 'warning', most: 3_600_000 });
  });

  it('is read as the example in the documentation has it', () => {
    const read = alertsFile.read(example, env);
    if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
    const { channels, routes, rules, escalateMs } = read.data;
    expect(channels.get('pager')).toEqual({ name: 'pager', fallback: null, kind: 'webhook', url: env.PAGER_URL, secret });
    expect(routes).toEqual({ critical: ['urgent', 'pager'], warning: ['team'], info: ['team'], digest: ['team'] });
    expect(rules).toMatchObject({ dead_letters: { count: 25, causes: 5 }, lag: { severity: 'critical' }, paused_for_long: { on: false } });
    expect(escalateMs).toBe(4 * 3_600_000);
    const text = jsonSchemas({ sources: [], targets: [], beside: [alertsFile] }).get('alerts.schema.json') ?? '';
    // Renew it with `npm run schemas`.
    expect(readFileSync('schemas/alerts.schema.json', 'utf8')).toBe(text);
    const schema = JSON.parse(text) as object;
    const valid = new Ajv2020({ strict: false, formats: { uri: true, email: true } }).compile(schema);
    const filled = parse(example.replace(/\$\{(\w+)\}/g, (_, name: keyof typeof env) => env[name])) as object;
    expect([valid(filled), valid.errors]).toEqual([true, null]);
  });

  it('tells all of its mistakes at once, each with its place and what to write', () => {
    const text = [
      'channels:',
      '  team: { slack: "https://hooks.slack.example/a", email: { server: "smtp://mail.example", from: "a@example.com", to: ["b@example.com"] } }',
      '  urgent: { fallback: tema }',
      '  a: { slack: "https://hooks.slack.example/b", fallback: b, secret: "' + secret + '" }',
      '  b: { slack: "https://hooks.slack.example/c", fallback: a }',
      'routes: { critical: [urgnet] }',
    ].join('\n');
    expect(mistakesIn(text)).toEqual([
      '2: the channel team leads to more than one → write one of slack, webhook and email',
      '3: the channel urgent leads to nothing → write one of slack, webhook and email',
      expect.stringMatching(/^3: there is no channel tema → .*team/) as string,
      '4: only a webhook is signed → leave it out',
      '4: the fallbacks of a lead in a circle → let the last one have none',
      '5: the fallbacks of b lead in a circle → let the last one have none',
      expect.stringMatching(/^6: there is no channel urgnet → .*urgent/) as string,
    ]);
  });

  it('knows no rule and no option that there is not, and says which it may have been', () => {
    expect(mistakesIn('rules: { dead_leters: { on: false }, lag: { mots: 1h }, disk: { severity: urgent } }')).toEqual([
      expect.stringMatching(/unknown key mots → .*most/) as string,
      expect.stringMatching(/severity cannot be this/) as string,
      expect.stringMatching(/unknown key dead_leters → .*dead_letters/) as string,
    ]);
  });

  it('never shows what came from the environment', () => {
    expect(mistakesIn('channels: { team: { slack: "${SLACK}" } }', {})).toEqual([
      '1: the environment has no variable SLACK → set SLACK, or write ${SLACK:-default} here',
    ]);
    const shown = mistakesIn('channels: { mail: { email: { server: "${SMTP_URL}x:y", from: a, to: [] } } }').join('\n');
    expect(shown).not.toContain('geheim-4711');
    expect(shown).not.toBe('');
  });
});
