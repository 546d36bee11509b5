/** Runs one statement. `int8` comes back as number, arrays as arrays, jsonb parsed. Serialization failures and deadlocks are retried inside (rule 24). */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}
