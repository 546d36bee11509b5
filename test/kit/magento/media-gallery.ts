import { createHash } from 'node:crypto';
import { invalidValue, refused } from './magento-error.js';
import type { MediaEntryData } from './product.js';

export interface MediaEntry {
  readonly id: number;
  readonly file: string;
  readonly mediaType: string;
  /** sha256 of the bytes, hex. */
  readonly checksum: string;
  readonly bytes: number;
  /** By store; 0 holds the default. */
  readonly labels: Map<number, string>;
  readonly positions: Map<number, number>;
  readonly disabled: Map<number, boolean>;
  types: readonly string[];
}

const mimeTypes: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/gif': 'gif' };
const roles = ['image', 'small_image', 'thumbnail', 'swatch_image'];

/** Makes gallery entries; ids and file names are never used twice. */
export class MediaLibrary {
  #nextId = 1;
  readonly #files = new Set<string>();

  /** Content always makes a new entry, also where the same bytes are there already (magento2#13723). */
  create(data: MediaEntryData, storeId: number): MediaEntry {
    const bytes = contentOf(data);
    const entry: MediaEntry = {
      id: this.#nextId++,
      file: this.#fileFor(data),
      mediaType: data.media_type ?? 'image',
      checksum: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      labels: new Map(),
      positions: new Map(),
      disabled: new Map(),
      types: [],
    };
    describe(entry, { position: entry.id, disabled: false, ...data }, 0);
    if (storeId !== 0) describe(entry, data, storeId);
    return entry;
  }

  #fileFor({ content }: MediaEntryData): string {
    const { name, type } = content as NonNullable<MediaEntryData['content']>;
    const stem = name
      .replace(/\.[^.]*$/, '')
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '_');
    const extension = mimeTypes[type] as string;
    const folder = `/${stem[0] ?? '_'}/${stem[1] ?? '_'}`;
    let file = `${folder}/${stem}.${extension}`;
    for (let n = 1; this.#files.has(file); n += 1) file = `${folder}/${stem}_${n}.${extension}`;
    this.#files.add(file);
    return file;
  }
}

/** Takes over label, position, disabled and roles for one store; null lets the default show again. */
export function describe(entry: MediaEntry, data: MediaEntryData, storeId: number): void {
  put(entry.labels, storeId, data.label);
  put(entry.positions, storeId, data.position);
  put(entry.disabled, storeId, data.disabled);
  if (data.types) entry.types = data.types.filter((type) => roles.includes(type));
}

/** A role belongs to one entry: the last that claims it has it. */
export function claimRoles(media: readonly MediaEntry[], owner: MediaEntry): void {
  for (const entry of media) if (entry !== owner) entry.types = entry.types.filter((type) => !owner.types.includes(type));
}

export function mediaAnswer(entry: MediaEntry, storeId: number): Record<string, unknown> {
  return {
    id: entry.id,
    media_type: entry.mediaType,
    label: entry.labels.get(storeId) ?? entry.labels.get(0) ?? '',
    position: entry.positions.get(storeId) ?? entry.positions.get(0) ?? 0,
    disabled: entry.disabled.get(storeId) ?? entry.disabled.get(0) ?? false,
    types: entry.types,
    file: entry.file,
  };
}

function put<Value>(values: Map<number, Value>, storeId: number, value: Value | null | undefined): void {
  if (value === undefined) return;
  if (value === null) values.delete(storeId);
  else values.set(storeId, value);
}

/** ImageContentValidator: base64, a picture's type, a name without the forbidden characters. */
function contentOf({ content }: MediaEntryData): Buffer {
  if (!content) throw refused('The image content is invalid. Verify the content and try again.');
  const bytes = Buffer.from(content.base64_encoded_data, 'base64');
  if (bytes.length === 0 || bytes.toString('base64').replace(/=+$/, '') !== content.base64_encoded_data.replace(/\s|=+$/g, '')) {
    throw refused('The image content must be valid base64 encoded data.');
  }
  if (!mimeTypes[content.type]) throw refused('The image MIME type is not valid or not supported.');
  if (content.name === '' || /[\\/?*:";<>()|{}]/.test(content.name)) {
    throw refused('Provided image name contains forbidden characters.');
  }
  if (!looksLike(bytes)) throw invalidValue('content', content.name);
  return bytes;
}

function looksLike(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 4).toString('hex');
  return head.startsWith('ffd8ff') || head === '89504e47' || head === '47494638';
}
