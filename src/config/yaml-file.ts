import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { Mistake } from '../model/mistake.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file with the places of everything in it. */
export class YamlFile {
  private constructor(
    /** Relative to the mappings folder. */
    readonly file: string,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /** Reads the text; syntax mistakes are all reported, and then there is no file. */
  static parse(file: string, text: string): { readonly yaml: YamlFile } | { readonly mistakes: readonly Mistake[] } {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
    if (document.errors.length === 0) return { yaml: new YamlFile(file, document, lines) };
    const mistakes = document.errors.map((error): Mistake => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { file, line, column: col, problem: error.message, advice: 'correct the YAML; indentation and quotes are the usual causes' };
    });
    return { mistakes };
  }

  get data(): unknown {
    return this.document.toJS();
  }

  /** Where the value at a path stands, or the nearest thing around it that is there. */
  at(path: readonly PropertyKey[]): Position {
    for (let length = path.length; length > 0; length -= 1) {
      const found = this.offsetOf(path.slice(0, length));
      if (found !== null) return this.positionOf(found);
    }
    return this.positionOf(this.document.contents?.range?.[0] ?? 0);
  }

  /** Takes every text value through `change`; answers undefined leave it. */
  replaceTexts(change: (text: string, position: Position) => string | undefined): void {
    visit(this.document, {
      Scalar: (key, node) => {
        if (key === 'key' || typeof node.value !== 'string') return;
        const changed = change(node.value, this.positionOf(node.range?.[0] ?? 0));
        if (changed !== undefined) node.value = changed;
      },
    });
  }

  /** Of a map's entry the key is shown, which is where a reader looks; of a list's the item. */
  private offsetOf(path: readonly PropertyKey[]): number | null {
    const parent = path.length === 1 ? this.document.contents : this.document.getIn(path.slice(0, -1), true);
    const last = path[path.length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(last));
      return pair && isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null;
    }
    const node: unknown = this.document.getIn(path, true);
    return hasRange(node) ? node.range[0] : null;
  }

  private positionOf(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range);
}
