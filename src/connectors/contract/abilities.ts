import type {
  Acknowledges,
  DescribesStructure,
  FindsRecords,
  HearsSettled,
  InstallsTriggers,
  LinksRecords,
  OpenSource,
  ReceivesEvents,
  ServesAssets,
} from './source.js';
import type { OpenTarget, Provisions, ReadsBack } from './target.js';

/** Whether a source can tell its attributes, families and channels. */
export function describesStructure(source: OpenSource): source is OpenSource & DescribesStructure {
  return typeof source.structure === 'function';
}

export function servesAssets(source: OpenSource): source is OpenSource & ServesAssets {
  return typeof source.asset === 'function';
}

export function receivesEvents(source: OpenSource): source is OpenSource & ReceivesEvents {
  return typeof source.receive === 'function';
}

export function acknowledges(source: OpenSource): source is OpenSource & Acknowledges {
  return typeof source.acknowledge === 'function' && typeof source.acknowledges === 'function';
}

export function findsRecords(source: OpenSource): source is OpenSource & FindsRecords {
  return typeof source.find === 'function' && typeof source.filters === 'function';
}

export function hearsSettled(source: OpenSource): source is OpenSource & HearsSettled {
  return typeof source.settled === 'function';
}

export function installsTriggers(source: OpenSource): source is OpenSource & InstallsTriggers {
  return typeof source.triggers === 'function' && typeof source.installTriggers === 'function';
}

export function linksRecords(source: OpenSource): source is OpenSource & LinksRecords {
  return typeof source.link === 'function';
}

/** Whether a target can prepare the shop. */
export function provisions(target: OpenTarget): target is OpenTarget & Provisions {
  return typeof target.provision === 'function';
}

export function readsBack(target: OpenTarget): target is OpenTarget & ReadsBack {
  return typeof target.read === 'function';
}
