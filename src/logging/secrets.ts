import { isSecretKey, secretName } from './secret-keys.js';
import { secretForms } from './secret-forms.js';

/** What stands in the place of a secret. */
export const hidden = '***';

/** One that is shorter would hide parts of every other word. */
const shortest = 3;
/** So much of the beginning of a secret is enough to know one that was cut off at the end of a text. */
const telling = 6;
/** No text that was cut off is shorter. */
const shortestCut = 60;

/** Values that must never be seen (S12), in whatever form they stand in a text. */
export class Secrets {
  private readonly forms = new Set<string>();
  private pattern: RegExp | null = null;

  /** The password inside an address is one of its own. */
  add(...values: readonly string[]): void {
    for (const value of values.flatMap((one) => [one, ...passwordsIn(one)])) {
      if (value.length < shortest) continue;
      for (const form of secretForms(value)) this.forms.add(form);
    }
    this.pattern = null;
  }

  /** Variables that are named like secrets, and passwords inside of addresses. */
  addEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(env)) {
      if (value === undefined) continue;
      this.add(...(isSecretKey(name) || /(^|_)KEY$/i.test(name) ? [value] : passwordsIn(value)));
    }
  }

  /** The text without them, and without what looks like a secret that nobody told of: tokens in headers, URLs, JSON. */
  hide(text: string): string {
    return withoutLookalikes(this.withoutCutEnd(this.withoutKnown(text)));
  }

  private withoutKnown(text: string): string {
    if (this.forms.size === 0) return text;
    this.pattern ??= new RegExp(
      [...this.forms]
        .sort((a, b) => b.length - a.length)
        .map(escaped)
        .join('|'),
      'g',
    );
    return text.replace(this.pattern, hidden);
  }

  /** Messages quote the beginning of answers: what is left of a secret there is enough to guess the rest. */
  private withoutCutEnd(text: string): string {
    if (text.length < shortestCut) return text;
    for (const form of this.forms) {
      if (form.length <= telling) continue;
      const from = Math.max(0, text.length - form.length);
      const at = text.indexOf(form.slice(0, telling), from);
      if (at >= 0 && form.startsWith(text.slice(at))) return text.slice(0, at) + hidden;
    }
    return text;
  }
}

/** The secrets of this process: whatever leaves it as a text goes through `secrets.hide`. */
export const secrets = new Secrets();

function passwordsIn(value: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

const lookalikes: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)(\s+|%20|\+)[A-Za-z0-9._~+/=-]{12,}/g, `$1$2${hidden}`],
  // user:password@host
  [/(\/\/[^\s:@/"']{0,200}:)[^\s@/"']{1,500}@/g, `$1${hidden}@`],
  // ?access_token=…&
  [new RegExp(`([?&;]${secretName}=)[^&\\s"'#<]+`, 'gi'), `$1${hidden}`],
  // "password": "…", also where the JSON is itself inside of JSON
  [new RegExp(`(\\\\?["']${secretName}\\\\?["']\\s{0,9}:\\s{0,9}\\\\?["'])(?:[^"'\\\\]|\\\\[^"'])+`, 'gi'), `$1${hidden}`],
  // A header in a text; what begins with a stroke or a brace is something else.
  [/\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(\s{0,9}[:=]\s{0,9})(?=[^\s"'{[])[^\r\n"']+/gi, `$1$2${hidden}`],
];

function withoutLookalikes(text: string): string {
  return lookalikes.reduce((left, [pattern, instead]) => left.replace(pattern, instead), text);
}
