import type { Connection } from '../../config/load-connections.js';
import type { Project } from '../../config/load-project.js';
import type { CheckedConnection } from '../check-connection.js';
import { failure, ok, warning, type Finding } from '../finding.js';

/** Signed events that are older or newer than this are refused by whoever checks them. */
const eventAgeSeconds = 300;
const toleratedSeconds = 30;

/** What is to be said of a connection that was checked. */
export function connectionFindings(checked: CheckedConnection, project: Project, production: boolean): Finding[] {
  const check = `connection ${checked.connection}`;
  const { version, says, advice } = checked;
  if (!checked.ok) return [failure(check, says, advice ?? 'Compare what connections.yaml says of it with the system.')];
  const connection = project.connections.get(checked.connection);
  return [
    ok(check, version === null ? says : `${says} (${version})`),
    ...clock(check, checked, takesEvents(project, checked.connection)),
    ...(production && connection && travelsOpenly(connection)
      ? [warning(check, 'its credentials and data travel unencrypted (http)', 'Give it an address with https.')]
      : []),
  ];
}

function clock(check: string, { clockAheadSeconds }: CheckedConnection, events: boolean): Finding[] {
  const off = Math.abs(clockAheadSeconds ?? 0);
  if (off <= toleratedSeconds) return [];
  const says = `its clock is ${off} s ${(clockAheadSeconds ?? 0) > 0 ? 'ahead of' : 'behind'} ours`;
  return events && off >= eventAgeSeconds
    ? [failure(check, `${says}: its events are refused as too old or too new`, 'Set both clocks by a time server (NTP).')]
    : [warning(check, says, 'Set both clocks by a time server (NTP): times in logs and the PIM cannot be compared.')];
}

export function takesEvents({ pipelines }: Project, connection: string): boolean {
  return pipelines.some(({ data }) => data.source.connection === connection && data.events !== undefined && data.events !== false);
}

function travelsOpenly({ config }: Connection): boolean {
  const { url } = config as { readonly url?: unknown };
  if (typeof url !== 'string' || !/^http:/i.test(url) || !URL.canParse(url)) return false;
  return !/^(localhost|127\.|\[::1\]|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(new URL(url).hostname);
}
