import { alertsConfigOf } from '../../alerts/file/alerts-file.js';
import type { Project } from '../../config/load-project.js';
import { ok, warning, type Finding } from '../finding.js';

/** Whether anybody is told of what happens; elsewhere than in production nobody has to be. */
export function checkAlerts(project: Project, production: boolean): Finding[] {
  const { channels } = alertsConfigOf(project);
  if (channels.size > 0) return [ok('alerts', `go to ${[...channels.keys()].join(', ')}`)];
  const advice = 'Name a channel in alerts.yaml (docs/alerts.md); `pim2shop alerts test` then shows whether it arrives.';
  return production ? [warning('alerts', 'nobody is told of incidents: alerts.yaml names no channel', advice)] : [];
}
