import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { flowMetrics } from '../../src/admin/metrics/flow-metrics.js';
import { hookMetrics } from '../../src/admin/metrics/hook-metrics.js';
import { sqlMetrics } from '../../src/admin/metrics/sql-metrics.js';
import { entryStates } from '../../src/queue/sql/open-counts.js';
import { startApi } from '../kit/api/index.js';
import { createTestDatabase } from '../kit/database.js';
import { readQuery } from '../kit/promql/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

const read = (path: string): string => readFileSync(join(repositoryRoot(), path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const rules = (parse(read('deploy/prometheus/rules.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/dashboards/pim2shop.json')) as { panels: Panel[]; templating: { list: object[] } };
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);

/** What a process counts. */
const counted = [...Object.values(flowMetrics), ...Object.values(hookMetrics)];
/** What Prometheus adds to every series. */
const added = ['job', 'instance'];
/** Labels by the name of each series there is: what /metrics shows, and what Prometheus makes itself. */
let series: Map<string, readonly string[]>;

beforeAll(async () => {
  const test = await createTestDatabase();
  const api = await startApi(test);
  const answer = await fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${api.keys.viewer}` } });
  const shown = new Map([...(await answer.text()).matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', kind = '']) => [name, kind]));
  await api.close();
  await test.drop();
  const labels = new Map([...sqlMetrics, ...counted].map((metric) => [metric.name as string, metric.labels]));
  series = new Map([['up', added]]);
  for (const [name, kind] of shown) {
    const of = [...(labels.get(name) ?? []), ...added];
    const names = kind === 'histogram' ? ['_bucket', '_count', '_sum'].map((end) => name + end) : [name];
    for (const one of names) series.set(one, one.endsWith('_bucket') ? [...of, 'le'] : of);
  }
}, 60_000);

/** What is wrong with a query: what is no PromQL, names and labels that there are not. */
function wrong(expr: string): string[] {
  const { selectors, grouped, unread } = readQuery(expr);
  if (unread !== null) return [`no PromQL after ${unread}`];
  if (selectors.length === 0) return ['it names no metric'];
  const all = new Set(selectors.flatMap(({ name }) => series.get(name) ?? []));
  return [
    ...selectors.flatMap(({ name, matchers }) => {
      const labels = series.get(name);
      if (labels === undefined) return [`there is no ${name}`];
      return matchers.flatMap(({ label, value }) => {
        if (!labels.includes(label)) return [`${name} has no ${label}`];
        if (label !== 'state') return [];
        return value.split('|').flatMap((state) => (entryStates.some((one) => one === state) ? [] : [`no state ${state}`]));
      });
    }),
    ...grouped.filter((label) => !all.has(label)).map((label) => `nothing in it has ${label}`),
  ];
}

const inBraces = (text: string): string[] => [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)/g)].map(([, label = '']) => label);

it('the alert rules ask for what there is, and say what to do', () => {
  expect(rules.length).toBeGreaterThan(8);
  expect(rules.flatMap(({ alert, expr }) => wrong(expr).map((mistake) => `${alert}: ${mistake}`))).toEqual([]);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, expr, labels, annotations } of rules) {
    expect([alert, ['critical', 'warning'].includes(labels.severity)]).toEqual([alert, true]);
    const told = [...`${annotations.summary} ${annotations.description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);
    // What is grouped away is told of nobody.
    const { kept } = readQuery(expr);
    expect([alert, told.filter((label) => !kept.includes(label) && !(kept.length === 0 && added.includes(label)))]).toEqual([alert, []]);
  }
});

it('the dashboard asks for what there is, and names series by labels that they have', () => {
  expect(queries.length).toBeGreaterThan(20);
  expect(queries.flatMap(({ title, expr }) => wrong(expr).map((mistake) => `${title}: ${mistake}`))).toEqual([]);
  for (const { title, expr, legendFormat } of queries) {
    const { kept } = readQuery(expr);
    const has = kept.length === 0 ? added : kept;
    expect([title, inBraces(legendFormat).filter((label) => !has.includes(label))]).toEqual([title, []]);
  }
  for (const { title, gridPos } of dashboard.panels) expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
  expect(JSON.stringify(dashboard.templating)).toContain('label_values(pim2shop_queue_entries, pipeline)');
});

it('every figure that a process counts is on the dashboard', () => {
  const text = queries.map(({ expr }) => expr).join('\n');
  expect(counted.filter(({ name }) => !text.includes(name))).toEqual([]);
});

it.each([
  ['pim2shop_queue_entry', 'there is no pim2shop_queue_entry'],
  ['max by (pipeline) (pim2shop_queue_entries{status="dead"})', 'pim2shop_queue_entries has no status'],
  ['max by (connection) (pim2shop_queue_entries)', 'nothing in it has connection'],
  ['pim2shop_queue_entries{state="deed"}', 'no state deed'],
  ['rate(pim2shop_request_duration_seconds[5m])', 'there is no pim2shop_request_duration_seconds'],
  ['sum(rate(pim2shop_entries_finished_total[5m])', 'no PromQL after sum(rate(pim2shop_entries_finished_total[5m])'],
  ['sum by pipeline (pim2shop_documents)', 'no PromQL after sum by'],
  ['pim2shop_documents{pipeline=products}', 'no PromQL after pim2shop_documents{pipeline='],
  ['max(pim2shop_documents) >> 1', 'no PromQL after max(pim2shop_documents) >'],
  ['vector(1)', 'it names no metric'],
])('%s would be found', (expr, mistake) => {
  expect(wrong(expr)).toEqual([mistake]);
});

it('Prometheus and Grafana find their files, and each other, as the compose file mounts them', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { volumes?: string[]; profiles?: string[]; secrets?: string[] }>;
  };
  const prometheus = parse(read('deploy/prometheus/prometheus.yml')) as {
    rule_files: string[];
    scrape_configs: { job_name: string; authorization: { credentials_file: string }; dns_sd_configs: { names: string[] }[] }[];
  };
  const [scrape] = prometheus.scrape_configs;
  expect(rules.some(({ expr }) => expr.includes(`job="${scrape?.job_name}"`))).toBe(true);
  expect(compose.services.prometheus?.secrets).toEqual([scrape?.authorization.credentials_file.split('/').at(-1)]);
  for (const name of scrape?.dns_sd_configs.flatMap(({ names }) => names) ?? []) expect(compose.services).toHaveProperty(name);
  /** What lies at a path inside of a container. */
  const lies = (service: string, path: string): boolean =>
    (compose.services[service]?.volumes ?? []).some((volume) => {
      const [from = '', to = ''] = volume.split(':');
      return path.startsWith(to) && existsSync(join(repositoryRoot(), from + path.slice(to.length)));
    });
  expect(prometheus.rule_files.map((path) => lies('prometheus', path))).toEqual([true]);
  expect(lies('prometheus', '/etc/prometheus/prometheus.yml')).toBe(true);
  const provider = parse(read('deploy/grafana/provisioning/dashboards/pim2shop.yaml')) as { providers: { options: { path: string } }[] };
  expect(provider.providers.map(({ options }) => lies('grafana', `${options.path}/pim2shop.json`))).toEqual([true]);
  const source = parse(read('deploy/grafana/provisioning/datasources/prometheus.yaml')) as { datasources: { url: string; uid: string }[] };
  expect(source.datasources.map(({ url }) => new URL(url).hostname in compose.services)).toEqual([true]);
  expect([compose.services.prometheus, compose.services.grafana].map((one) => one?.profiles)).toEqual([['monitoring'], ['monitoring']]);
});
