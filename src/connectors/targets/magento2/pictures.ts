import { createHash } from 'node:crypto';
import type { JsonObject, OutcomeWarning, TargetItem, WriteCall } from '../../contract/index.js';
import { acknowledged, acknowledgedId } from './acknowledged.js';
import type { FoundProduct } from './find-products.js';
import { asList, asObject } from './json.js';
import { sameJson } from './product-body.js';
import { Refused } from './refused.js';
import type { ShopApi } from './shop-api.js';

const roles = ['image', 'small_image', 'thumbnail'];
/** What the file name of a picture of ours ends with: a hash of its code in the PIM. Magento adds `_1` where a name is taken. */
const ours = /-([0-9a-f]{10})(_\d+)?\.[a-z]+$/;
const types: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/gif': 'gif' };

interface Wanted {
  readonly code: string;
  readonly name: string;
  readonly mark: string;
}

/** Whether the pictures of a product have to be looked at. */
export function hasPictureChange({ previous, fields, cleared }: TargetItem, { pictures }: FoundProduct): boolean {
  if (previous === null) return 'media' in fields || pictures.some((entry) => ours.test(String(entry.file)));
  return cleared.includes('media') || !sameJson(fields.media, previous.media);
}

/**
 * Brings the pictures of a product to what is wanted: a picture that is there already is not sent again
 * (its code is in its file name), order and roles follow, what the PIM no longer has goes; pictures of the
 * shop's own people stay. A file that is missing is a warning.
 */
export async function savePictures(
  api: ShopApi,
  item: TargetItem,
  product: FoundProduct,
  call: WriteCall,
  warnings: OutcomeWarning[],
): Promise<void> {
  const wanted = asList(item.fields.media).map(wantedPicture);
  const path = `/products/${encodeURIComponent(product.sku)}/media`;
  const standing = new Map<string, JsonObject>();
  const surplus: JsonObject[] = [];
  const kept = new Set(wanted.map(({ mark }) => mark));
  for (const entry of product.pictures) {
    const mark = ours.exec(String(entry.file))?.[1];
    if (mark === undefined) continue;
    // One that stands there twice was sent twice, by a request that was given up on too early.
    if (kept.has(mark) && !standing.has(mark)) standing.set(mark, entry);
    else surplus.push(entry);
  }
  let position = 0;
  for (const picture of uniqueByMark(wanted)) {
    position += 1;
    const entry = standing.get(picture.mark);
    const description = { media_type: 'image', position, types: position === 1 ? roles : [] };
    if (entry) await adjust(api, path, entry, description, call);
    else if (
      !(await upload(api, path, picture, { ...description, disabled: false, label: String(item.fields.name ?? '') }, call, warnings))
    )
      position -= 1;
  }
  for (const entry of surplus) await remove(api, `${path}/${String(entry.id)}`, call);
}

function wantedPicture(value: JsonObject): Wanted {
  const asset = asObject(value.$asset);
  const code = String(asset.code);
  return { code, name: String(asset.name ?? code), mark: createHash('sha256').update(code).digest('hex').slice(0, 10) };
}

function uniqueByMark(pictures: readonly Wanted[]): Wanted[] {
  return [...new Map(pictures.map((picture) => [picture.mark, picture])).values()];
}

/** What people did to a picture of ours besides its place stays: hidden, labelled, used as a swatch. */
async function adjust(
  api: ShopApi,
  path: string,
  entry: JsonObject,
  { position, types, media_type }: { readonly position: number; readonly types: readonly string[]; readonly media_type: string },
  { signal }: WriteCall,
): Promise<void> {
  const shown = sorted(entry.types);
  const wanted = [...types, ...shown.filter((type) => !roles.includes(type))].sort();
  if (Number(entry.position) === position && sameJson(shown, wanted)) return;
  const id = Number(entry.id);
  const kept = { label: entry.label ?? '', file: entry.file ?? '', disabled: entry.disabled === true };
  const body = { entry: { ...kept, id, media_type, position, types: wanted } };
  acknowledged(await api.send('PUT', 'all', `${path}/${id}`, body, signal), 'saving a picture');
}

function sorted(value: JsonObject[string] | undefined): string[] {
  return Array.isArray(value) ? value.map(String).sort() : [];
}

/** False where there is nothing to send. */
async function upload(
  api: ShopApi,
  path: string,
  { code, name, mark }: Wanted,
  description: JsonObject,
  call: WriteCall,
  warnings: OutcomeWarning[],
): Promise<boolean> {
  const warn = (problem: string, message: string): false => {
    warnings.push({ field: 'media', code: problem, message: `${code}: ${message}` });
    return false;
  };
  const file = await call.asset(code);
  if (file === null) return warn('missing_file', 'the PIM has no such file');
  const type = file.mimeType.split(';')[0]?.trim() ?? '';
  const extension = types[type];
  if (extension === undefined) return warn('unsupported_type', `Magento takes no ${type}`);
  const stem = name
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .slice(0, 60);
  const content = { base64_encoded_data: file.bytes.toString('base64'), type, name: `${stem}-${mark}.${extension}` };
  try {
    acknowledgedId(await api.send('POST', 'all', path, { entry: { ...description, content } }, call.signal), 'uploading a picture');
    return true;
  } catch (error) {
    // Its own fault; that of the product it belongs to would have shown before.
    if (error instanceof Refused && (error.status === 400 || error.status === 413)) return warn('picture_refused', error.message);
    throw error;
  }
}

async function remove(api: ShopApi, path: string, { signal }: WriteCall): Promise<void> {
  try {
    acknowledged(await api.send('DELETE', 'all', path, undefined, signal), 'removing a picture');
  } catch (error) {
    // It is gone already.
    if (!(error instanceof Refused) || !error.isNotFound) throw error;
  }
}
