import { Database } from '../../../src/database/database.js';
import { silentLog } from '../../../src/logging/log.js';
import type { Journey, Step } from '../../../src/sync/journey.js';
import { OpenProject } from '../../../src/sync/open-project.js';
import { SyncService } from '../../../src/sync/sync-service.js';
import { openProducts } from '../drop-folder/index.js';
import { plainPipeline } from './plain-pipeline.js';
import { PlainShop } from './plain-shop.js';
import { remotePlain, type Marks } from './remote.js';

/** What the process is told: where everything is, and when it is to kill itself, without a word to anybody. */
interface Order {
  readonly databaseUrl: string;
  readonly url: string;
  /** Read from this drop folder instead of the PIM. */
  readonly dropFolder?: string;
  readonly kind: 'delta' | 'full';
  /** Step of the journey and how often it is passed before; null to live. */
  readonly dieAt: Step | null;
  readonly after: number;
  /** Milliseconds from that step to the kill: into the middle of what follows it. */
  readonly delayMs: number;
  readonly leaseMs: number;
  /** SIGKILL, or SIGSTOP: then it stands still until somebody sends SIGCONT. */
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly marks?: Marks;
}

async function main(order: Order): Promise<void> {
  const database = await Database.open({ url: order.databaseUrl });
  let passed = 0;
  const die = (): void => process.kill(process.pid, order.signal) as unknown as void;
  const journey: Journey = {
    step: (step) => {
      if (step !== order.dieAt || (passed += 1) !== order.after + 1) return;
      if (order.delayMs === 0) die();
      else setTimeout(die, order.delayMs);
    },
  };
  const { pim, shop } = remotePlain(order.url, order.marks);
  const source = order.dropFolder === undefined ? pim : openProducts(order.dropFolder);
  const marked = order.marks ? { strategiesOf: () => ['flag' as const] } : {};
  const parts = {
    pipeline: plainPipeline({ delta: { everyMs: 60_000, strategy: null, overlapMs: 120_000 } }),
    source,
    sourceMaxKeys: 100,
    target: shop,
    targetDefinition: PlainShop.definition,
    ...marked,
  };
  const project = await OpenProject.assemble({ sql: database, leaseMs: order.leaseMs, log: silentLog, journey }, [parts]);
  const result = await new SyncService(project).sync({
    pipeline: 'products',
    kind: order.kind,
    trigger: 'command',
    limit: null,
    signal: new AbortController().signal,
  });
  process.stdout.write(JSON.stringify(result));
  await database.close();
}

void main(JSON.parse(process.argv[2] ?? '{}') as Order);
