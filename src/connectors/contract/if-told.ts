import { ConnectorError } from './errors.js';

/** What a system tells beside its work (its version); null where it will not: its work goes on all the same. */
export async function ifTold<Told>(asked: Promise<Told>): Promise<Told | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ConnectorError) return null;
    throw error;
  }
}
