import { startServer, type StandInAnswer, type StandInRequest, type StandInServer } from '../stand-in/index.js';

export interface Article {
  readonly number: string;
  readonly title: string;
  readonly price: number | null;
  readonly related: readonly string[];
}

/** The PIM that examples/articles reads: `GET /articles` by key, and `GET /articles/{id}`. */
export interface ArticlesPim extends StandInServer {
  readonly articles: ReadonlyMap<string, Article>;
  /** Creates or changes an article, now. */
  put(id: string, article: Article): void;
  remove(id: string): void;
  /** Its clock stands still unless it is moved. */
  passTime(ms: number): void;
}

export async function startArticlesPim(): Promise<ArticlesPim> {
  const articles = new Map<string, Article & { readonly changed: number }>();
  let clock = Date.UTC(2026, 0, 1);
  const server = await startServer(answer, { headers: () => ({ date: new Date(clock).toUTCString() }) });
  return Object.assign(server, {
    articles,
    put: (id: string, article: Article) => void articles.set(id, { ...article, changed: clock }),
    remove: (id: string) => void articles.delete(id),
    passTime: (ms: number) => void (clock += ms),
  });

  function answer({ path, query }: StandInRequest): StandInAnswer {
    if (path === '/articles') return { status: 200, body: list(query) };
    const id = decodeURIComponent(/^\/articles\/(.+)$/.exec(path)?.[1] ?? '');
    const found = articles.get(id);
    if (found) return { status: 200, body: shown([id, found]) };
    return { status: 404, body: id === '' ? 'no such page' : { missing: id } };
  }

  function list(query: URLSearchParams): { articles: unknown[]; more: boolean; total: number } {
    const ids = query.get('ids')?.split(',').map(decodeURIComponent);
    const since = Date.parse(query.get('changed_since') ?? '1970-01-01T00:00:00Z');
    const after = query.get('after');
    const limit = Number(query.get('limit'));
    const found = [...articles]
      .filter(([id, { changed }]) => changed >= since && (after === null || id > after) && (ids?.includes(id) ?? true))
      .sort(([one], [other]) => (one < other ? -1 : 1));
    return { articles: found.slice(0, limit).map(shown), more: found.length > limit, total: articles.size };
  }
}

function shown([id, { changed, ...article }]: readonly [string, Article & { readonly changed: number }]): unknown {
  return { id, changed: new Date(changed).toISOString(), ...article };
}
