import type { JsonObject, JsonValue } from './json.js';

/** One shop scope a record is mapped for: a store view with the locale, channel and currency it shows. */
export interface Scope {
  readonly store: string;
  readonly locale: string | null;
  readonly channel: string | null;
  readonly currency: string | null;
  /** The store whose document this one inherits from: only what differs from it is sent. */
  readonly inherits: string | null;
}

/** A strong reference must stand in the shop before what refers to it; a weak one is left out until it does (rule 22). */
export type ReferenceStrength = 'strong' | 'weak';

/** A reference to another entity, as it rests in a document: symbolic, resolved when sending (rule 23). */
export interface Reference {
  readonly pipeline: string;
  readonly key: string;
  readonly strength: ReferenceStrength;
}

/** Values of document fields that the target resolves when it writes. Everything else in a document is plain JSON. */
export type SymbolicValue =
  | { readonly $ref: { readonly pipeline: string; readonly key: string; readonly strength: ReferenceStrength } }
  | { readonly $option: { readonly attribute: string; readonly label: string; readonly labels: Readonly<Record<string, string>> } }
  | { readonly $asset: { readonly code: string; readonly name: string } };

/**
 * What a mapping makes of a record for one scope. `fields` is flat: target path → value, in the
 * mapping's own order, so that two documents of one mapping serialize alike.
 */
export interface MappedDocument {
  /** `<resource>:<store>:<locale>:<entity key>` */
  readonly key: string;
  readonly entityKey: string;
  readonly resource: string;
  readonly store: string;
  /** Key of the document this one inherits from, null for a base document. */
  readonly baseKey: string | null;
  readonly fields: JsonObject;
  readonly references: readonly Reference[];
  /** `JSON.stringify(fields)`, made once. */
  readonly text: string;
  /** sha256 of `text`, hex. */
  readonly hash: string;
}

/** Something the mapping wants a person to know, though the document can be sent. */
export interface MappingNote {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** Why a record cannot be mapped: the entry waits or is dead-lettered with this. */
export interface MappingError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** What a compiled mapping says of one record. */
export type Mapped =
  /** One document per scope, base documents before those that inherit from them. */
  | { readonly kind: 'documents'; readonly documents: readonly MappedDocument[]; readonly notes: readonly MappingNote[] }
  /** The record does not qualify (`when`): what the shop has of it is taken down by the delete policy. */
  | { readonly kind: 'excluded'; readonly reason: string }
  | { readonly kind: 'rejected'; readonly errors: readonly MappingError[] };

export function documentKey(resource: string, scope: Scope, entityKey: string): string {
  return `${resource}:${scope.store}:${scope.locale ?? '-'}:${entityKey}`;
}

/** The references inside a document's fields, wherever they stand. */
export function referencesIn(value: JsonValue): Reference[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if ('$ref' in value) return [value.$ref as unknown as Reference];
  return Object.values(value).flatMap(referencesIn);
}

export function isSymbolic(value: JsonValue): value is JsonObject {
  return (
    value !== null && typeof value === 'object' && !Array.isArray(value) && ('$ref' in value || '$option' in value || '$asset' in value)
  );
}
