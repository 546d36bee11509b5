import { Misconfigured, type SeenVersion } from '../../contract/index.js';
import type { Entity } from './entity.js';
import { isKey } from './keys.js';
import { qualified, Values, type Session } from './server.js';
import { hasVersions } from './strategies/index.js';

/** Rows that one statement takes the mark off. */
const mostRows = 100;

/**
 * Takes the mark off by compare-and-set: a row that has changed since keeps it. The time of the last edit is set to
 * itself, because MySQL's ON UPDATE CURRENT_TIMESTAMP leaves alone only what is assigned. A time that is still open is
 * left for the next round: a second edit may have been given the same.
 */
export async function acknowledge(entity: Entity, session: Session, seen: readonly SeenVersion[]): Promise<void> {
  const settled = seen.filter(({ key, version }) => isKey(entity.key, key) && (!hasVersions(entity.config) || version?.closed === true));
  for (let start = 0; start < settled.length; start += mostRows) {
    const values = new Values(entity.dialect);
    await session.query(statement(entity, settled.slice(start, start + mostRows), values), values.list);
  }
}

function statement(entity: Entity, seen: readonly SeenVersion[], values: Values): string {
  const { dialect, key, flag, config, modified } = entity;
  const compared = entity.version ?? modified;
  if (flag === null || config.table === undefined) throw new Misconfigured(`${entity.name} has no column \`flag\` to take marks off`);
  const kept = modified === null ? [] : [`${dialect.name(modified.name)} = ${dialect.name(modified.name)}`];
  const set = [`${dialect.name(flag.name)} = ${values.cast(flag.cleared, flag)}`, ...kept].join(', ');
  const marked = `${dialect.name(flag.name)} = ${values.cast(flag.changed, flag)}`;
  const rows = seen.map((one) => {
    const same = `${dialect.name(key.name)} = ${values.cast(one.key, key)}`;
    return compared === null ? same : `(${same} AND ${dialect.name(compared.name)} = ${values.cast(one.version?.id ?? '', compared)})`;
  });
  return `UPDATE ${qualified(dialect, config.table)} SET ${set} WHERE ${marked} AND (${rows.join(' OR ')})`;
}
