/** A refusal as Akeneo shapes it: `{ code, message }`. https://api.akeneo.com/documentation/responses.html */
export class AkeneoError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Address of the page that explains it, where Akeneo names one. */
    readonly documentation?: string,
  ) {
    super(message);
  }

  get body(): object {
    const { status: code, message, documentation: href } = this;
    return href === undefined ? { code, message } : { code, message, _links: { documentation: { href } } };
  }
}

export const unprocessable = (message: string, documentation?: string): AkeneoError => new AkeneoError(422, message, documentation);

/** `notFound('Category', 'master')`. Of what may only be hidden from this user, Akeneo says so. */
export function notFound(kind: string, code: string): AkeneoError {
  const hidden = kind === 'Product' || kind === 'Product model' ? ' or you do not have permission to access it' : '';
  return new AkeneoError(404, `${kind} "${code}" does not exist${hidden}.`);
}
