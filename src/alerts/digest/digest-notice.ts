import { momentText } from '../notice/moment-text.js';
import type { NoticeContext } from '../notice/notice-of.js';
import type { Notice, NoticeList } from '../notice/notice.js';
import { ruleTitle } from '../rules/rule-title.js';
import { spanText } from '../notice/span-text.js';
import type { CauseDigest, Digest, PipelineDigest } from './digest.js';

/** What synced, what was slow, what failed and since when, and how that is beside a week before. */
export function digestNotice(digest: Digest, { environment, publicUrl }: NoticeContext): Notice {
  const { period, from, to, pipelines, alerts } = digest;
  const sum = (of: (one: PipelineDigest) => number): number => pipelines.reduce((all, one) => all + of(one), 0);
  return {
    environment,
    tone: 'info',
    title: period === 'daily' ? 'The last day' : 'The last week',
    summary: `${momentText(from)} to ${momentText(to)}: ${counted(
      sum(({ runs }) => runs),
      'run',
    )}, ${number(sum(({ delivered }) => delivered))} delivered, ${number(sum(({ dead }) => dead))} given up on.`,
    facts: [
      { name: 'Runs that failed', value: number(sum(({ failedRuns }) => failedRuns)) },
      { name: 'Alerts', value: `${alerts.opened} opened, ${alerts.closed} over, ${alerts.open.length} open` },
    ],
    lists: [
      list('Pipelines', pipelines.map(pipelineLine)),
      list(
        'The slowest runs',
        digest.slowest.map(({ pipeline, kind, ms }) => `${pipeline} ${kind}: ${durationText(ms)}`),
      ),
      list('What failed most', [
        ...digest.causes.map(causeLine),
        ...(digest.moreCauses > 0 ? [`… and ${digest.moreCauses} more causes`] : []),
      ]),
      list('Still open', openLines(alerts.open)),
    ].flatMap((one) => one ?? []),
    next: null,
    link: publicUrl,
  };
}

const mostOpen = 10;

function openLines(open: Digest['alerts']['open']): string[] {
  const lines = open.slice(0, mostOpen).map(({ kind, about, since }) => {
    const title = ruleTitle(kind);
    return `${about === null ? title : `${title}: ${about}`}, since ${momentText(since)}`;
  });
  return open.length > mostOpen ? [...lines, `… and ${open.length - mostOpen} more`] : lines;
}

function list(title: string, lines: readonly string[]): NoticeList | null {
  return lines.length === 0 ? null : { title, lines: lines.map((text) => ({ text, link: null })) };
}

function pipelineLine({ pipeline, runs, failedRuns, delivered, removed, dead, before }: PipelineDigest): string {
  const failed = failedRuns > 0 ? `, ${failedRuns} failed` : '';
  const trend = before === null ? '' : ` (a week before: ${number(before.delivered)} delivered, ${number(before.dead)} given up on)`;
  return `${pipeline}: ${counted(runs, 'run')}${failed}; ${number(delivered)} delivered, ${number(removed)} removed, ${number(dead)} given up on${trend}`;
}

function causeLine({ pipeline, code, field, message, count, first, last, isNew }: CauseDigest): string {
  const what = field === null ? code : `${code} (${field})`;
  const news = isNew ? ', new since the mapping changed' : '';
  return `${number(count)} × ${pipeline} ${what}: ${message} (first ${momentText(first)}, last ${momentText(last)}${news})`;
}

function durationText(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : spanText(ms);
}

function counted(many: number, what: string): string {
  return `${number(many)} ${what}${many === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
