import pLimit from 'p-limit';
import type { Outcome, TargetItem, WriteCall } from '../../contract/index.js';
import { findProducts } from './find-products.js';
import type { FoundProducts } from './find-products.js';
import type { Options } from './options.js';
import { hasPictureChange, savePictures } from './pictures.js';
import { noSuchStore, outcomeOf, partlyWritten } from './refused.js';
import { saveProduct } from './save-product.js';
import type { SavedProduct } from './save-product.js';
import type { ShopApi } from './shop-api.js';
import type { ShopStructure } from './shop-structure.js';
import { takeDownProduct } from './take-down.js';
import { productIdText } from './target-id.js';
import { hasPlaceChange, linkVariants } from './variants.js';
import type { Variant } from './variants.js';

export interface ProductWriter {
  readonly api: ShopApi;
  readonly structure: ShopStructure;
  readonly options: Options;
}

/** Writes products and their store views, two at a time; then links the variants among them, by configurable. */
export async function writeProducts(writer: ProductWriter, items: readonly TargetItem[], call: WriteCall): Promise<Outcome[]> {
  const unknown = await unknownStores(writer.structure, items, call.signal);
  const found = await findProducts(
    writer.api,
    items.filter(({ store }) => !unknown.has(store)),
    call.signal,
  );
  const attributes = items.flatMap(attributesToKnow);
  await writer.structure.attributes(attributes, call.signal);
  const written: Variant[] = [];
  const outcomes = await inLanes(items, (item) =>
    unknown.has(item.store) ? noSuchStore(item) : writeOne(writer, item, found, call, written),
  );
  const failures = await linkVariants(written, { ...writer, call });
  return outcomes.map((outcome) => {
    const failure = failures.get(outcome.key);
    return failure === undefined ? outcome : partlyWritten(outcome.key, 'the variant could not be linked', failure);
  });
}

/** Two at a time. Where one fails for all of them nothing more is begun, and what was begun has ended when that is told. */
async function inLanes(items: readonly TargetItem[], write: (item: TargetItem) => Outcome | Promise<Outcome>): Promise<Outcome[]> {
  const lane = pLimit(2);
  let failure: { readonly reason: unknown } | null = null;
  const outcomes = await Promise.all(
    items.map((item) =>
      lane(async () => {
        try {
          return failure === null ? [await write(item)] : [];
        } catch (reason) {
          failure ??= { reason };
          return [];
        }
      }),
    ),
  );
  if (failure !== null) throw (failure as { reason: unknown }).reason;
  return outcomes.flat();
}

async function unknownStores(structure: ShopStructure, items: readonly TargetItem[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const unknown = new Set<string>();
  for (const store of new Set(items.map((item) => item.store))) if (!(await structure.hasStore(store, signal))) unknown.add(store);
  return unknown;
}

async function writeOne(
  writer: ProductWriter,
  item: TargetItem,
  found: FoundProducts,
  call: WriteCall,
  written: Variant[],
): Promise<Outcome> {
  const { key } = item;
  // Nothing is begun once the lease has ended; what was not begun was not applied.
  if (call.signal.aborted) return { kind: 'retry', key, code: 'lease_ended', message: 'not sent: the lease had ended' };
  if (item.operation !== 'write')
    return takeDownProduct(writer.api, item, found.of(item), call).catch((error: unknown) => outcomeOf(key, error));
  const saved = await saveProduct(writer.api, item, found.inScopeOf(item), { ...writer, call });
  if ('kind' in saved) return saved;
  if (!item.inherits && hasPictureChange(item, saved.product)) {
    try {
      await savePictures(writer.api, item, saved.product, call, saved.warnings);
    } catch (error) {
      return partlyWritten(key, 'its pictures could not be written', error);
    }
  }
  if (!item.inherits && hasPlaceChange(item)) written.push({ item, product: saved.product });
  return outcomeFor(key, saved);
}

function outcomeFor(key: string, { product, created, adopted, warnings }: SavedProduct): Outcome {
  return { kind: 'written', key, targetId: productIdText(product), created, adopted, warnings };
}

/** Attributes whose options a document names, and in a store view all of its own: read for the whole batch at once. */
function attributesToKnow({ fields, cleared, owned, previous, inherits }: TargetItem): string[] {
  const prefix = 'custom_attributes.';
  const named = Object.keys(fields).filter((field) => inherits || JSON.stringify(fields[field]).includes('"$option"'));
  const emptied = inherits ? (previous === null ? owned : cleared) : [];
  return [...named, ...emptied].flatMap((field) => (field.startsWith(prefix) ? [field.slice(prefix.length)] : []));
}
