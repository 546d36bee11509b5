export { startSlack, textOf, type Slack } from './slack.js';
export type { SlackPayload } from './problem-of.js';
