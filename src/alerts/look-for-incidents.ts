import type { Sql } from '../database/sql.js';
import type { Log } from '../logging/log.js';
import type { PipelineFile } from '../mapping/pipeline-file.js';
import type { AlertsConfig } from './alerts-config.js';
import type { Finding } from './finding.js';
import type { AnyRule } from './rule.js';
import { readTroubles } from './rules/connection-trouble.js';
import { closeSwitchedOff, recordFindings } from './sql/record-findings.js';
import { rememberForRule, takeRules, type TakenRule } from './sql/take-rules.js';

export interface LookAround {
  readonly sql: Sql;
  readonly log: Log;
  readonly config: Pick<AlertsConfig, 'rules' | 'calmMs'>;
  readonly rules: readonly AnyRule[];
  /** The pipelines of the mappings folder; null where there is none: then everything counts that the database knows. */
  readonly pipelines: readonly PipelineFile[] | null;
  readonly host: string;
  readonly folders: readonly string[];
}

/** Looks at each rule whose time has come, and writes down what is so. A rule that fails keeps no other from being looked at. */
export async function lookForIncidents(around: LookAround): Promise<void> {
  const { sql, config, host } = around;
  const on = around.rules.filter(({ kind }) => config.rules[kind]?.on === true);
  const nameOf = ({ kind, perMachine }: AnyRule): string => (perMachine ? `${kind} ${host}` : kind);
  const taken = await takeRules(
    sql,
    on.map((rule) => ({ rule: nameOf(rule), everyMs: rule.everyMs })),
  );
  if (taken.length === 0) return;
  const off = around.rules.filter(({ kind, toldByFlow }) => config.rules[kind]?.on !== true && !toldByFlow);
  await closeSwitchedOff(
    sql,
    off.map(({ kind }) => kind),
  );
  const stuck = await pipelinesInTrouble(sql);
  for (const rule of on) {
    const turn = taken.find((one) => one.rule === nameOf(rule));
    if (turn) await lookAt(rule, turn, stuck, around);
  }
}

async function lookAt(rule: AnyRule, turn: TakenRule, stuck: ReadonlySet<string>, around: LookAround): Promise<void> {
  const { sql, log, config, host, folders, pipelines } = around;
  const setting = config.rules[rule.kind];
  if (!setting) return;
  const { severity, ...options } = setting;
  try {
    const look = {
      ...{ sql, host, folders, memory: turn.memory ?? undefined, pipelines: pipelines ?? [] },
      remember: (memory: TakenRule['memory']) => void (turn = { ...turn, memory }),
    };
    const before = turn.memory;
    const findings = (await rule.find(look, options as never)).filter(({ pipeline }) => isKnown(pipeline, pipelines));
    if (turn.memory !== before) await rememberForRule(sql, turn.rule, turn.memory);
    const changes = await recordFindings(sql, {
      kind: rule.kind,
      severity,
      findings: findings.map((finding) => ({ ...finding, opens: opens(rule, finding, stuck) })),
      calmMs: config.calmMs,
      scope: rule.perMachine ? `${rule.kind} ${host} ` : '',
      keepsOpen: rule.toldByFlow === true,
    });
    for (const { change, id, fingerprint, message } of changes) {
      const data = { alert: id, kind: rule.kind, fingerprint, reason: message };
      if (change === 'opened') log.warn('an alert was opened', data);
      else log.info('an alert is over', data);
    }
  } catch (error) {
    log.error('a rule for alerts could not be looked at', { kind: rule.kind, error });
  }
}

/** What follows from a connection that cannot be used is told by the alert of the connection. */
function opens(rule: AnyRule, { pipeline }: Finding, stuck: ReadonlySet<string>): boolean {
  if (rule.toldByFlow) return false;
  return !(rule.followsConnection && pipeline !== null && stuck.has(pipeline));
}

/** A pipeline whose file is gone is nobody's any more. */
function isKnown(pipeline: string | null, files: readonly PipelineFile[] | null): boolean {
  return pipeline === null || files === null || files.some(({ data }) => data.pipeline === pipeline);
}

async function pipelinesInTrouble(sql: Sql): Promise<ReadonlySet<string>> {
  const troubles = await readTroubles(sql);
  return new Set(troubles.flatMap(({ pipelines }) => pipelines));
}
