/** Who acts: a person at the command line, by the name the system knows; a key of the API; or the service itself. */
export interface Actor {
  readonly kind: 'user' | 'key' | 'service';
  readonly name: string;
}

/** As the audit log names it: "user anna". */
export function actorName({ kind, name }: Actor): string {
  return `${kind} ${name}`;
}
