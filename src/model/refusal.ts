/** What a person asked for cannot be: the message is one sentence for that person. */
export class Refusal extends Error {
  constructor(
    /**
     * `unknown`: there is nothing of that name; `conflict`: there is, and it is not what the person took it for; `wrong`: it makes no sense;
     * `reused`: what was to stand for one request stands for another.
     */
    readonly kind: 'unknown' | 'conflict' | 'wrong' | 'reused',
    message: string,
  ) {
    super(message);
  }
}
