/** Codes without case, each as its owner spells it. */
export class Spelling {
  readonly #codes: ReadonlyMap<string, string>;

  constructor(codes: readonly string[]) {
    this.#codes = new Map(codes.map((code) => [code.toLowerCase(), code]));
  }

  /** Null for nothing and for what nobody owns. */
  of(code: string | null | undefined): string | null {
    return code ? (this.#codes.get(code.toLowerCase()) ?? null) : null;
  }

  /** Known ones, each once. */
  all(codes: readonly string[]): string[] {
    return [...new Set(codes.flatMap((code) => this.of(code) ?? []))];
  }
}
