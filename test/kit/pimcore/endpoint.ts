import { execute, GraphQLError, parse, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { StandInAnswer, StandInRequest } from '../stand-in/index.js';
import { ClientSafeError } from './client-safe-error.js';
import type { World } from './listing.js';

export interface EndpointOptions {
  readonly path: string;
  readonly apiKey: string;
  /** `output_cache_enabled`: answers are believed for 30 seconds. */
  readonly outputCache: boolean;
}

const cacheMs = 30_000;

/** Controller/WebserviceController.php: one configuration's endpoint. */
export class Endpoint {
  readonly #documents = new Map<string, DocumentNode | readonly GraphQLError[]>();
  readonly #cache = new Map<string, { readonly until: number; readonly answer: StandInAnswer }>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly world: World,
    private readonly options: EndpointOptions,
    private readonly now: () => number,
  ) {}

  answer(request: StandInRequest): StandInAnswer {
    const given = request.headers.apikey ?? request.headers['x-api-key'] ?? request.query.get('apikey');
    // Symfony's pages are HTML.
    if (given !== this.options.apiKey) return { status: 403, body: '<html>Permission denied, apikey not valid</html>' };
    if (!this.options.outputCache) return this.#run(request);
    const key = JSON.stringify(request.body);
    const cached = this.#cache.get(key);
    if (cached !== undefined && cached.until > this.now()) return cached.answer;
    const answer = { ...this.#run(request), headers: { date: new Date(this.now()).toUTCString() } };
    this.#cache.set(key, { until: this.now() + cacheMs, answer });
    return answer;
  }

  #run({ body }: StandInRequest): StandInAnswer {
    const { query = '', variables } = (body ?? {}) as { readonly query?: string; readonly variables?: Record<string, unknown> };
    const document = this.#document(query);
    if (!('kind' in document)) return { status: 200, body: { errors: document.map(formatted) } };
    const result = execute({ schema: this.schema, document, contextValue: this.world, variableValues: variables });
    if (result instanceof Promise) throw new Error('nothing here is answered later');
    const { data, errors } = result;
    return { status: 200, body: { ...(errors === undefined ? {} : { errors: errors.map(formatted) }), data } };
  }

  /** Parsed and validated once. */
  #document(query: string): DocumentNode | readonly GraphQLError[] {
    const known = this.#documents.get(query);
    if (known !== undefined) return known;
    const document = parsed(query);
    const errors = 'kind' in document ? validate(this.schema, document) : document;
    const kept = 'kind' in document && errors.length === 0 ? document : (errors as readonly GraphQLError[]);
    // Queries that name ids are asked once.
    if (this.#documents.size > 500) this.#documents.clear();
    this.#documents.set(query, kept);
    return kept;
  }
}

function parsed(query: string): DocumentNode | readonly GraphQLError[] {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** webonyx/graphql-php shows the messages of its own errors and of those that call themselves safe. */
function formatted({ message, path, originalError }: GraphQLError) {
  const shown = originalError === undefined || originalError === null || originalError instanceof ClientSafeError;
  return { message: shown ? message : 'Internal server error', ...(path === undefined ? {} : { path }) };
}
