/** How bad it is: to be known, to be looked at, to be looked at now. */
export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];
