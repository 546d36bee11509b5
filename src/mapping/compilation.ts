import type { Mistake } from '../model/mistake.js';
import type { Attribute, FamilyVariant } from '../model/structure.js';
import type { CompileContext, PipelineFile } from './pipeline-file.js';
import type { ResolvedScope } from './run.js';

/** One pipeline being compiled: what it may look at, what it has been found to need, and what is wrong with it. */
export class Compilation {
  readonly mistakes: Mistake[] = [];
  /** Attribute codes and plain fields that are read. */
  readonly attributes = new Set<string>();
  readonly fields = new Set<string>();
  /** Locales and channels that are read beside those of the scopes. */
  readonly locales = new Set<string>();
  readonly channels = new Set<string>();
  /** Position of every target field compiled so far. */
  readonly positions = new Map<string, number>();
  /** Target fields left out because this PIM has none of the attributes they read. */
  readonly leftOut = new Set<string>();
  private readonly byCode: ReadonlyMap<string, Attribute> | null;
  private readonly axes: ReadonlySet<string>;

  constructor(
    readonly file: PipelineFile,
    readonly context: CompileContext,
    readonly scopes: readonly ResolvedScope[],
  ) {
    const { structure } = context;
    this.byCode = structure ? new Map(structure.attributes.map((attribute) => [attribute.code.toLowerCase(), attribute])) : null;
    this.axes = axisCodes(structure?.familyVariants ?? []);
  }

  get knowsAttributes(): boolean {
    return this.byCode !== null;
  }

  get attributeCodes(): readonly string[] {
    return [...(this.byCode?.values() ?? [])].map((attribute) => attribute.code);
  }

  /** The attribute as the source spells it; codes are the same whatever their case. */
  attribute(code: string): Attribute | undefined {
    return this.byCode?.get(code.toLowerCase());
  }

  isAxis(code: string): boolean {
    return this.axes.has(code.toLowerCase());
  }

  mistake(path: readonly PropertyKey[], problem: string, advice: string): void {
    this.mistakes.push({ file: this.file.file, ...this.file.at(path), problem, advice });
  }
}

function axisCodes(variants: readonly FamilyVariant[]): ReadonlySet<string> {
  return new Set(variants.flatMap((variant) => variant.axes.map((axis) => axis.toLowerCase())));
}
