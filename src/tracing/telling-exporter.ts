import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Log } from '../logging/log.js';

type Done = Parameters<SpanExporter['export']>[1];

/** Says once that a collector takes nothing, and once that it does again; what was lost meanwhile is counted. */
export class TellingExporter implements SpanExporter {
  private isFailing = false;
  private lost = 0;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly log: Log,
  ) {}

  export(spans: ReadableSpan[], done: Done): void {
    this.exporter.export(spans, (result) => {
      // 0 is success in `ExportResultCode`, which is a package of its own.
      if (result.code === 0) this.taken();
      else this.refused(spans.length, result.error);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private taken(): void {
    if (!this.isFailing) return;
    this.isFailing = false;
    this.log.info('traces are taken again', { lost: this.lost });
    this.lost = 0;
  }

  private refused(spans: number, error: Error | undefined): void {
    this.lost += spans;
    if (this.isFailing) return;
    this.isFailing = true;
    this.log.warn('traces cannot be sent: nothing else waits for them', { reason: error?.message ?? 'the collector refused them' });
  }
}
