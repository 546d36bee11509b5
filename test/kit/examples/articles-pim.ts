import { startServer, type StandInAnswer, type StandInRequest, type StandInServer } from '../stand-in/index.js';

export interface Article {
  readonly number: string;
  readonly title: string;
  readonly price: number | null;
  readonly related: readonly string[];
}

/** The PIM that examples/articles reads: `GET /articles`, ordered by key, and `POST /articles/lookup`. */
export interface ArticlesPim extends StandInServer {
  readonly token: string;
  readonly webhookSecret: string;
  readonly articles: ReadonlyMap<string, Article>;
  /** Creates or changes an article, now unless another time is given. */
  put(id: string, article: Article, changed?: number): void;
  remove(id: string): void;
  now(): number;
  /** Its clock stands still unless it is moved. */
  passTime(ms: number): void;
  /** Every listing is one page of these JSON texts, until what is answered is called. */
  serves(items: readonly string[]): () => void;
}

export async function startArticlesPim({ pageSize = 100 } = {}): Promise<ArticlesPim> {
  const articles = new Map<string, Article & { readonly changed: number }>();
  const token = 'token-of-the-pim';
  const webhookSecret = `whsec_${Buffer.from('secret-of-the-webhooks-of-the-pim').toString('base64')}`;
  let served: readonly string[] | null = null;
  let clock = Date.UTC(2026, 0, 1);
  const server = await startServer(answer, { headers: () => ({ date: new Date(clock).toUTCString() }) });
  return Object.assign(server, {
    token,
    webhookSecret,
    articles,
    put: (id: string, article: Article, changed = clock) => void articles.set(id, { ...article, changed }),
    remove: (id: string) => void articles.delete(id),
    now: () => clock,
    passTime: (ms: number) => void (clock += ms),
    serves: (items: readonly string[]) => {
      served = items;
      return () => void (served = null);
    },
  });

  function answer({ method, path, query, body, headers }: StandInRequest): StandInAnswer {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: { message: 'who are you?' } };
    if (served !== null && path.startsWith('/articles'))
      return { status: 200, body: `{"articles":[${served.join(',')}],"more":false,"total":${served.length},"missing":[]}` };
    if (method === 'GET' && path === '/articles') return { status: 200, body: list(query) };
    if (method === 'POST' && path === '/articles/lookup') return { status: 200, body: lookUp((body as { ids: string[] }).ids) };
    return { status: 404, body: 'no such page' };
  }

  function lookUp(ids: readonly string[]): { articles: unknown[]; missing: string[] } {
    const found = [...articles].filter(([id]) => ids.includes(id)).map(shown);
    return { articles: found, missing: ids.filter((id) => !articles.has(id)) };
  }

  function list(query: URLSearchParams): { articles: unknown[]; more: boolean; total: number } {
    const since = Date.parse(query.get('changed_since') ?? '1970-01-01T00:00:00Z');
    const after = query.get('after');
    const limit = Math.min(pageSize, Number(query.get('limit')));
    const found = [...articles]
      .filter(([id, { changed }]) => changed >= since && (after === null || id > after))
      .sort(([one], [other]) => (one < other ? -1 : 1));
    return { articles: found.slice(0, limit).map(shown), more: found.length > limit, total: articles.size };
  }
}

function shown([id, { changed, ...article }]: readonly [string, Article & { readonly changed: number }]): unknown {
  return { id, changed: new Date(changed).toISOString(), ...article };
}
