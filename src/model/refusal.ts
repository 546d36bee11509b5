/** What a person asked for cannot be: the message is one sentence for that person. */
export class Refusal extends Error {
  constructor(
    /** `unknown`: there is nothing of that name; `conflict`: there is, and it is not what the person took it for; `wrong`: it makes no sense. */
    readonly kind: 'unknown' | 'conflict' | 'wrong',
    message: string,
  ) {
    super(message);
  }
}
