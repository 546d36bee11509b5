/** Who acts: a person at the command line, by the name the system knows, or a key of the API. */
export interface Actor {
  readonly kind: 'user' | 'key';
  readonly name: string;
}

/** As the audit log names it: "user anna". */
export function actorName({ kind, name }: Actor): string {
  return `${kind} ${name}`;
}
