import { BadAnswer, Misconfigured, Unavailable } from '../../contract/index.js';
import type { Asset } from '../../contract/index.js';
import type { HttpClient } from '../../http/index.js';
import { pathOf } from './asset-code.js';

/**
 * A file by its address, without the API key: that belongs to the endpoint alone. An address comes from data; the
 * client goes nowhere but to the PIM's own host and those that were allowed. Null where it is missing.
 */
export async function downloadAsset(
  connection: string,
  endpoint: string,
  client: HttpClient,
  code: string,
  signal: AbortSignal,
): Promise<Asset | null> {
  const path = pathOf(code);
  const { origin } = new URL(endpoint);
  if (!URL.canParse(path, origin)) throw new BadAnswer(`${connection}: the address of an asset is none`);
  const url = new URL(path, origin);
  const answer = await client.request({ method: 'GET', path: url.href, accept: 'bytes', signal, idempotent: true });
  const said = `${connection}: GET ${url.pathname} answered ${answer.status}`;
  if (answer.status === 404 || answer.status === 410) return null;
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500) throw new Unavailable(said, answer.retryAfterMs);
  if (answer.status !== 200) throw new Misconfigured(`${said}: assets have to be readable without a login`);
  const mimeType = answer.headers['content-type'] ?? 'application/octet-stream';
  // A login or an error page in the place of a picture.
  if (/^text\/html\b/i.test(mimeType)) throw new BadAnswer(`${said} with a page in the place of a file`);
  return { bytes: answer.body, mimeType, filename: fileName(url) };
}

function fileName({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch (error) {
    if (error instanceof URIError) return last;
    throw error;
  }
}
