import { createHash } from 'node:crypto';

/** What went wrong with one entity. */
export interface FingerprintedError {
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
}

/** What has one cause has one fingerprint: the entity's key, numbers, ids and quoted values do not count. */
export function errorFingerprint(pipeline: string, entityKey: string, { code, field, message }: FingerprintedError): string {
  const cause = message.replaceAll(entityKey, '?').replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+|"[^"]*"/gi, '?');
  return createHash('sha256')
    .update(JSON.stringify([pipeline, code, field, cause]))
    .digest('hex')
    .slice(0, 16);
}
