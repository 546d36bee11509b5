import type { Variable } from './starter.js';

/** What its channel takes from the environment, once somebody uncomments it. */
export const alertVariables: readonly Variable[] = [{ name: 'SLACK_TEAM_WEBHOOK', example: '' }];

/** The rules, valid as it stands; whom to tell nobody knows but whoever runs it. */
export const alertsYaml = `# What people are told of: docs/alerts.md. Without a channel everything is found, listed (\`pim2shop alerts\`) and counted, and nobody is told.
# Uncomment what you have, set its variable, and try it with \`pim2shop alerts test\`.
# channels:
#   team: { slack: '\${SLACK_TEAM_WEBHOOK}' }
escalate: 4h # a warning that nobody acknowledged for so long becomes critical
digest: { at: '07:00', timezone: UTC }
rules:
  dead_letters: { count: 10 } # so many entries of one cause
  lag: { most: 1h } # so long a change may wait
`;
