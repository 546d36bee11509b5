import type { Fault } from './message.js';

interface Armed {
  readonly fault: Fault;
  left: number;
  struck: number;
}

type Target = { readonly method: string; readonly path: string };

/** The switchable list of what goes wrong next at a stand-in. Earlier ones strike first. */
export class Faults {
  #armed: Armed[] = [];

  /** Answers how to take it back and how often it has struck. */
  add(fault: Fault): { remove(): void; readonly struck: number } {
    const armed: Armed = { fault, left: fault.times ?? 1, struck: 0 };
    this.#armed.push(armed);
    return {
      remove: () => this.#drop(armed),
      get struck() {
        return armed.struck;
      },
    };
  }

  clear(): void {
    this.#armed = [];
  }

  /** Faults that still have strikes left. */
  get size(): number {
    return this.#armed.length;
  }

  /** All delays and the first other fault that strike this request as a whole; each is used up by one. */
  takeForRequest(request: Target, item: string | null): { readonly delayMs: number; readonly fault: Fault | undefined } {
    if (this.#armed.length === 0) return { delayMs: 0, fault: undefined };
    let delayMs = 0;
    let fault: Fault | undefined;
    for (const armed of [...this.#armed]) {
      if (!matches(armed.fault, request, item)) continue;
      if (armed.fault.kind === 'delay') delayMs += this.#strike(armed).delayMs ?? 0;
      else fault ??= this.#strike(armed);
    }
    return { delayMs, fault };
  }

  /** The first fault meant for this one item of a request of many. */
  takeForItem(request: Target, item: string): Fault | undefined {
    const armed = this.#armed.find(({ fault }) => fault.match?.item === item && matches(fault, request, item));
    return armed && this.#strike(armed);
  }

  #strike(armed: Armed): Fault {
    armed.left -= 1;
    armed.struck += 1;
    if (armed.left <= 0) this.#drop(armed);
    return armed.fault;
  }

  #drop(armed: Armed): void {
    this.#armed = this.#armed.filter((other) => other !== armed);
  }
}

function matches({ match = {} }: Fault, request: Target, item: string | null): boolean {
  if (match.method !== undefined && match.method !== request.method) return false;
  if (match.path !== undefined && request.path.search(match.path) < 0) return false;
  return match.item === undefined || match.item === item;
}
