/** Something a rule finds to be so now. */
export interface Finding {
  /** The same for as long as it is the same: one incident of it is open at a time, and its end is when no look finds it any more. */
  readonly fingerprint: string;
  readonly pipeline: string | null;
  readonly connection: string | null;
  /** One sentence that tells what is wrong. */
  readonly message: string;
  readonly details: FindingDetails;
}

export interface FindingDetails {
  /** How many (runs, entries); null where there is nothing to count. */
  readonly many: number | null;
  /** Since when it is so, as far as that can be seen; null: since it was found. */
  readonly since: string | null;
  /** The first few, each in one line. */
  readonly examples: readonly Example[];
  /** What to do next, in one line. */
  readonly next: string | null;
}

/** One of those that are meant; with a key it is an entry of the queue that can be looked at. */
export interface Example {
  readonly text: string;
  readonly key: string | null;
}

/** The details of a finding, of what there is to say. */
export function detailsOf(some: Partial<Omit<FindingDetails, 'since'>> & { readonly since?: Date | null }): FindingDetails {
  return { many: some.many ?? null, since: some.since?.toISOString() ?? null, examples: some.examples ?? [], next: some.next ?? null };
}
