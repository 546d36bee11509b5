import type { StandInAnswer, StandInRequest } from '../stand-in/index.js';
import { AkeneoError, unprocessable } from './akeneo-error.js';
import { recordRoutes } from './record-routes.js';
import { JsonText, MediaFile } from './route.js';
import type { Positions } from './route.js';
import type { PimState } from './state.js';
import { structureRoutes } from './structure-routes.js';
import type { Tokens } from './tokens.js';
import { ValueTexts } from './value-texts.js';

const routes = [...recordRoutes, ...structureRoutes];
const root = '/api/rest/v1';

/** Who may come in, and where to. */
export class Desk implements Positions {
  #origin = '';
  #texts: ValueTexts;
  #generation = 0;

  constructor(
    private readonly state: PimState,
    private readonly tokens: Tokens,
  ) {
    this.#texts = new ValueTexts(state, '');
  }

  /** Links begin with this address. */
  open(origin: string): void {
    this.#origin = origin;
    this.#texts = new ValueTexts(this.state, origin);
  }

  expirePositions(): void {
    this.#generation += 1;
  }

  async answer(request: StandInRequest): Promise<StandInAnswer> {
    if (request.path === '/api/oauth/v1/token' && request.method === 'POST') return this.tokens.grant(request);
    const refusal = this.tokens.refusal(request);
    if (refusal) return refusal;
    try {
      const body = await this.#work(request);
      if (body instanceof MediaFile) return { status: 200, headers: { 'content-type': body.mimeType }, body: body.bytes };
      return { status: 200, headers: { 'content-type': 'application/json' }, body: body.text };
    } catch (error) {
      if (error instanceof AkeneoError) return { status: error.status, body: error.body };
      throw error;
    }
  }

  /** Positions carry the generation they were made in. */
  write(id: string): string {
    return `${this.#generation}~${id}`;
  }

  read(position: string): string {
    const [generation, ...rest] = position.split('~');
    if (generation !== String(this.#generation) || rest.length === 0) throw unprocessable('The search_after parameter is not valid.');
    return rest.join('~');
  }

  #work({ method, path, query, body, invalidJson }: StandInRequest): JsonText | MediaFile | Promise<MediaFile> {
    const below = path.startsWith(root) ? path.slice(root.length) : '';
    for (const route of routes) {
      const match = (route.method ?? 'GET') === method ? route.path.exec(below) : null;
      if (!match) continue;
      if (invalidJson) throw new AkeneoError(400, 'Invalid json message received');
      const params = match.slice(1).map(decodeURIComponent);
      return route.answer({ state: this.state, texts: this.#texts, positions: this, origin: this.#origin, path, query, body, params });
    }
    throw new AkeneoError(404, `No route found for "${method} ${path}"`);
  }
}
