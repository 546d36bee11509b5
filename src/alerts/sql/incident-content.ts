/** What a message tells of an incident, as jsonb: a column list of the row `alias`. */
export function incidentContent(alias: string): string {
  return `jsonb_build_object(
    'id', ${alias}.id, 'kind', ${alias}.kind, 'pipeline', ${alias}.pipeline, 'connection', ${alias}.connection, 'fingerprint', ${alias}.fingerprint,
    'message', ${alias}.message, 'severity', ${alias}.severity, 'details', ${alias}.details, 'state', ${alias}.state,
    'openedAt', ${alias}.opened_at, 'closedAt', ${alias}.closed_at, 'notices', ${alias}.notices)`;
}

/** Condition: somebody muted the incident `alias`. */
export function isMuted(alias: string): string {
  return `EXISTS (
    SELECT 1 FROM alert_mute m WHERE m.until > now()
      AND (m.fingerprint IS NULL OR m.fingerprint = ${alias}.fingerprint)
      AND (m.kind IS NULL OR m.kind = ${alias}.kind)
      AND (m.pipeline IS NULL OR m.pipeline = ${alias}.pipeline))`;
}
