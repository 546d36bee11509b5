import type { JsonObject } from '../../contract/index.js';
import { text, whole } from './json.js';

/**
 * The code of an asset: where it lies, and in front of that what changes when its file is replaced, so that
 * a document that holds it is another one then. The part behind the last slash stays the file's name.
 */
export function assetCode(asset: JsonObject): string | null {
  const path = text(asset.fullpath);
  return path === null ? null : `${whole(asset.modificationDate) ?? ''}-${whole(asset.filesize) ?? ''}:${path}`;
}

export function pathOf(code: string): string {
  return /^\d*-\d*:(.*)$/s.exec(code)?.[1] ?? code;
}
