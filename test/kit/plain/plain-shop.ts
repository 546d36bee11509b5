import {
  Unavailable,
  type OpenTarget,
  type TargetDefinition,
  type TargetItem,
  type WriteCall,
} from '../../../src/connectors/contract/index.js';
import { isSymbolic } from '../../../src/model/document.js';
import type { JsonObject, JsonValue } from '../../../src/model/json.js';
import type { Outcome } from '../../../src/model/outcome.js';

export interface ShopProduct {
  sku: string;
  enabled: boolean;
  /** Only of what is. */
  archived?: true;
  fields: JsonObject;
}

/** How a write goes wrong: before it is applied, or after, when only the answer is lost. */
export type ShopFault = 'none' | 'down' | 'answer-lost';

/** A shop in this process that tells products apart by SKU, without case, and can be told to fail. It refuses a price that is no number. */
export class PlainShop implements OpenTarget {
  readonly products = new Map<string, ShopProduct>();
  readonly writes: TargetItem[] = [];
  fault: ShopFault = 'none';
  /** Called with every batch before it is applied: may edit the PIM, may wait. */
  onWrite: (items: readonly TargetItem[]) => void | Promise<void> = () => undefined;

  static readonly definition: Pick<TargetDefinition, 'limits' | 'address'> = {
    limits: { maxItems: 100, maxBytes: 1_000_000, concurrency: 1 },
    address: (_resource, fields) => (typeof fields.sku === 'string' ? fields.sku.toLowerCase() : null),
  };

  check(): Promise<{ ok: true; detail: string }> {
    return Promise.resolve({ ok: true, detail: 'open' });
  }

  async write(items: readonly TargetItem[], call: WriteCall): Promise<Outcome[]> {
    await this.onWrite(items);
    if (this.fault === 'down') throw new Unavailable('the shop is down', 10);
    const outcomes = items.map((item) => this.apply(item, call));
    this.writes.push(...items);
    if (this.fault === 'answer-lost') throw new Unavailable('the answer was lost', 10);
    return outcomes;
  }

  private apply(item: TargetItem, call: WriteCall): Outcome {
    const { key } = item;
    if (item.operation !== 'write') return this.takeDown(item);
    const sku = item.fields.sku;
    if (typeof sku !== 'string') return { kind: 'rejected', key, code: 'no_sku', message: 'a product needs a SKU', field: 'sku' };
    if (item.fields.price === 'wrong') return { kind: 'rejected', key, code: 'price', message: 'the price is no number', field: 'price' };
    const address = sku.toLowerCase();
    const known = this.products.get((item.targetId ?? sku).toLowerCase());
    const before = item.previous ?? {};
    const kept = Object.fromEntries(Object.entries(known?.fields ?? {}).filter(([field]) => !item.owned.includes(field)));
    const fields = Object.fromEntries(
      Object.entries({ ...(item.previous ? known?.fields : {}), ...item.fields }).filter(([field]) => !item.cleared.includes(field)),
    );
    const resolved = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, resolve(value, call)]));
    if (item.targetId !== null && item.targetId.toLowerCase() !== address) this.products.delete(item.targetId.toLowerCase());
    this.products.set(address, { sku, enabled: true, fields: { ...kept, ...resolved } });
    return {
      kind: 'written',
      key,
      targetId: sku,
      created: known === undefined,
      adopted: known !== undefined && Object.keys(before).length === 0 && item.targetId === null,
    };
  }

  private takeDown(item: TargetItem): Outcome {
    const address = item.targetId?.toLowerCase();
    const product = address === undefined ? undefined : this.products.get(address);
    if (product && address !== undefined) {
      if (item.operation === 'delete') this.products.delete(address);
      else product.enabled = false;
      if (item.operation === 'archive') product.archived = true;
    }
    return { kind: 'written', key: item.key, targetId: item.targetId };
  }
}

function resolve(value: JsonValue, call: WriteCall): JsonValue {
  if (!isSymbolic(value) || !('$ref' in value)) return value;
  return call.resolve(value.$ref as { pipeline: string; key: string }) ?? null;
}
