import { hash } from 'node:crypto';

/** Shorter ones are planned in less time than it takes to keep their plan. */
const worthNaming = 300;

/** Statements are constants; should somebody build them one by one, the server must not keep a plan of each. */
const most = 200;

/** The server does not know the name, or knows it already: a pooler between us moved us to another of its connections. */
const strangers = new Set(['26000', '42P05']);

/**
 * Names under which a server keeps the plans of long statements: parsing and planning was a quarter of its work.
 * Some transaction poolers (PgBouncer before 1.21) cannot carry such names; there none is given any more.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  #carried = true;

  of(text: string): string | undefined {
    if (!this.#carried || text.length < worthNaming) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= most) return known;
    const name = `p2s_${hash('sha256', text).slice(0, 24)}`;
    this.#names.set(text, name);
    return name;
  }

  /** Whether a statement failed because of its name alone: it did nothing, and may be run again without one. */
  isStranger(error: unknown): boolean {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
    if (typeof code !== 'string' || !strangers.has(code)) return false;
    this.#carried = false;
    return true;
  }
}
