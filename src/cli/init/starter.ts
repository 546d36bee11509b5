/** A variable that the environment must have. */
export interface Variable {
  readonly name: string;
  /** Written into .env.example; empty for a secret. */
  readonly example: string;
}

/** What a first project says of a source. Everything of it is meant to be edited. */
export interface SourceStarter {
  /** Its connector. */
  readonly id: string;
  /** Where to get address and credentials, in a sentence. */
  readonly where: string;
  readonly variables: readonly Variable[];
  /** What stands below its name in connections.yaml. */
  readonly connection: string;
  readonly entity: string;
  /** Of the base scope, beside its store. */
  readonly scope: readonly string[];
  readonly delta: string;
  /** Field with the immutable id. */
  readonly key: string;
  /** Where a record has these. */
  readonly paths: { readonly sku: string; readonly name: string; readonly price: string };
}

export interface TargetStarter {
  readonly id: string;
  readonly where: string;
  readonly variables: readonly Variable[];
  readonly connection: string;
  readonly resource: string;
  /** Store of the base scope. */
  readonly store: string;
  /** What becomes of a product that is gone. */
  readonly policy: 'delete' | 'disable';
  /** Lines below `fields:`. */
  fields(paths: SourceStarter['paths']): readonly string[];
}
