import type { DescribesStructure, OpenSource, ServesAssets } from './source.js';
import type { OpenTarget, Provisions, ReadsBack } from './target.js';

/** Whether a source can tell its attributes, families and channels. */
export function describesStructure(source: OpenSource): source is OpenSource & DescribesStructure {
  return typeof source.structure === 'function';
}

export function servesAssets(source: OpenSource): source is OpenSource & ServesAssets {
  return typeof source.asset === 'function';
}

/** Whether a target can prepare the shop. */
export function provisions(target: OpenTarget): target is OpenTarget & Provisions {
  return typeof target.provision === 'function';
}

export function readsBack(target: OpenTarget): target is OpenTarget & ReadsBack {
  return typeof target.read === 'function';
}
