/** Of a row of pipeline_state: a person paused it, its source or its target. */
export const isPausedByPerson = (row: string): string => `(
  ${row}.paused OR EXISTS (
    SELECT 1 FROM connection_state c
    WHERE c.paused_until > now() AND c.paused_by IS NOT NULL AND c.connection IN (${row}.source_connection, ${row}.target_connection)))`;

/** The same, or nothing may be sent to its target for a while. Then nothing of it is claimed: every delivery asks the source, too. */
export const isPaused = (row: string): string => `(
  ${isPausedByPerson(row)} OR EXISTS (
    SELECT 1 FROM connection_state c WHERE c.paused_until > now() AND c.connection = ${row}.target_connection))`;
