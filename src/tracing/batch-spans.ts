import type { Span } from '@opentelemetry/api';

/** The span of a batch, and that of the stage it is in: what happens meanwhile is the stage's. */
export class BatchSpans {
  private stage: Span | null = null;

  constructor(
    readonly root: Span,
    private readonly begin: (name: string) => Span,
  ) {}

  get span(): Span {
    return this.stage ?? this.root;
  }

  beginStage(name: string): void {
    this.endStage();
    this.stage = this.begin(name);
  }

  endStage(): void {
    this.stage?.end();
    this.stage = null;
  }

  /** The stage that did not come to its end ends with it. */
  end(): void {
    this.endStage();
    this.root.end();
  }
}
