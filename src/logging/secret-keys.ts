/** Words that make whatever stands under such a name a secret, however it is spelled: `apiKey`, `X-Api-Key`, `API_KEY`. */
const words = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'authorization',
  'cookie',
  'credential',
  'signature',
  'sessionid',
];

const known = new RegExp(words.join('|'));

export function isSecretKey(key: string): boolean {
  return known.test(key.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** The same words as a pattern for names inside of texts; bounded, so that no text takes long to look through. */
export const secretName = `[\\w.\\-]{0,60}?(?:${words.join('|')}|api[_-]key|access[_-]key|private[_-]key|session[_-]id)[\\w.\\-]{0,60}`;
