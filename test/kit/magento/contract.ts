import type { ContractFile } from './contract-file.js';
import { readContractFile } from './contract-file.js';
import type { ContractRules } from './contract-rules.js';
import { rulesOf } from './contract-rules.js';

export interface Violation {
  readonly side: 'request' | 'answer';
  readonly method: string;
  /** Without `/rest/<store>`. */
  readonly path: string;
  readonly problem: string;
}

/**
 * Holds requests, and the stand-in's own answers, to Adobe's published interface: path, method and
 * body; query names are not held to it, because it declares only some of those Magento takes.
 *
 * Two things it cannot say are allowed: null for any optional field of a request, and for every field of a
 * gallery entry (Magento reads null as "as before" or "inherit"); answers other than 2xx need `message` only.
 */
export class Contract {
  readonly violations: Violation[] = [];
  readonly #rules: ContractRules | null;

  /** `file` null: nothing is checked. */
  constructor(file: ContractFile | null = readContractFile()) {
    this.#rules = file && rulesOf(file);
  }

  get available(): boolean {
    return this.#rules !== null;
  }

  /** Answers what is wrong with a request, after noting it down; null where nothing is. */
  checkRequest(method: string, path: string, body: unknown): string | null {
    const problem = this.#rules?.ofRequest(method, path, body) ?? null;
    if (problem !== null) this.violations.push({ side: 'request', method, path, problem });
    return problem;
  }

  /** The same for an answer of the stand-in. */
  checkAnswer(method: string, path: string, status: number, body: unknown): string | null {
    const problem = this.#rules?.ofAnswer(method, path, status, body) ?? null;
    if (problem !== null) this.violations.push({ side: 'answer', method, path, problem });
    return problem;
  }

  /** Throws an error that lists the violations, if there are any. */
  expectNoViolations(): void {
    if (this.violations.length === 0) return;
    const lines = this.violations.slice(0, 10).map(({ side, method, path, problem }) => `  ${side} ${method} ${path}: ${problem}`);
    throw new Error(`${this.violations.length} violations of Magento's contract:\n${lines.join('\n')}`);
  }
}
