import { standardWebhookSecret } from '../connectors/http/index.js';
import { secrets } from '../logging/secrets.js';
import type { PipelineFile } from '../mapping/pipeline-file.js';
import type { Mistake } from '../model/mistake.js';
import type { Environment } from './substitute.js';

/** What one pipeline has called once a run of it is delivered: an address, and the secret that signs. */
export interface AfterCall {
  readonly url: string;
  /** By Standard Webhooks: `whsec_` and the secret in base64. */
  readonly secret: string;
}

/** What pipelines have called after their runs, the secrets from the environment. They are told to the process before anybody can say them. */
export function loadAfterCalls(
  files: readonly PipelineFile[],
  env: Environment,
): { readonly calls: ReadonlyMap<string, AfterCall>; readonly mistakes: readonly Mistake[] } {
  const calls = new Map<string, AfterCall>();
  const mistakes: Mistake[] = [];
  for (const { file, data, at } of files) {
    if (data.after === undefined) continue;
    const { url, secret: name } = data.after;
    const secret = env[name];
    const place = { file, ...at(['after', 'secret']) };
    const advice = `set ${name} to a secret of Standard Webhooks: whsec_ and 24 to 64 bytes in base64`;
    if (!secret) mistakes.push({ ...place, problem: `the environment has no variable ${name}`, advice });
    else if (!standardWebhookSecret.safeParse(secret).success)
      mistakes.push({ ...place, problem: `what ${name} has is no such secret`, advice });
    else {
      secrets.add(secret);
      calls.set(data.pipeline, { url, secret });
    }
  }
  return { calls, mistakes };
}
