import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span, as a collector is told of it in OTLP's JSON. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code?: number; readonly message?: string };
}

/** Stands in for an OpenTelemetry collector: takes traces over HTTP, or does as it is told. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly SeenSpan[];
  /** What came, as it came. */
  readonly bodies: readonly string[];
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  readonly resource: Readonly<Record<string, unknown>>;
  /** From now on: takes what comes, refuses it, or never answers. */
  be(kind: 'willing' | 'refusing' | 'silent'): void;
  close(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>> & {
    readonly arrayValue?: { readonly values: readonly Readonly<Record<string, unknown>>[] };
  };
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<SeenSpan, 'attributes'> & { readonly attributes: readonly Attribute[] })[];
    }[];
  }[];
}

export async function startCollector(): Promise<Collector> {
  const spans: SeenSpan[] = [];
  const bodies: string[] = [];
  const headers: Readonly<Record<string, unknown>>[] = [];
  let resource: Readonly<Record<string, unknown>> = {};
  let kind: 'willing' | 'refusing' | 'silent' = 'willing';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      bodies.push(body);
      headers.push(request.headers);
      if (kind === 'silent') return;
      if (kind === 'refusing') return void response.writeHead(500).end();
      for (const one of (JSON.parse(body) as Traces).resourceSpans) {
        resource = asRecord(one.resource.attributes);
        for (const scope of one.scopeSpans) for (const span of scope.spans) spans.push({ ...span, attributes: asRecord(span.attributes) });
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, spans, bodies, headers },
    get resource() {
      return resource;
    },
    be: (next) => (kind = next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function asRecord(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value: { arrayValue, ...value } }) => [
      key,
      arrayValue ? arrayValue.values.flatMap((one) => Object.values(one)) : Object.values(value)[0],
    ]),
  );
}
