/** Id of the scope that holds the default values ("All Store Views"). */
export const ADMIN = 0;

export interface StoreView {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly websiteId: number;
  readonly locale: string;
}

export type StoreOption = Pick<StoreView, 'id' | 'code'> & Partial<StoreView>;

/** Websites and store views. Every website has one group, whose root category is 2. */
export class Stores {
  readonly views: readonly StoreView[];
  readonly websiteIds: readonly number[];

  /** Without options: the view `default` (id 1, en_US) and `de` (id 2, de_DE) of the website `base` (id 1). */
  constructor(options: readonly StoreOption[] = [{ id: 2, code: 'de' }]) {
    const given = options.some(({ code }) => code === 'default') ? options : [{ id: 1, code: 'default' }, ...options];
    this.views = given.map((option) => ({ name: `${option.code} store view`, websiteId: 1, locale: localeOf(option.code), ...option }));
    this.websiteIds = [...new Set(this.views.map(({ websiteId }) => websiteId))];
  }

  /** The scope a URL's first segment names: `all` is the default values, none is the default store view. */
  scopeOf(segment: string | null): number | undefined {
    if (segment === 'all') return ADMIN;
    return this.views.find(({ code }) => code === (segment ?? 'default'))?.id;
  }

  /** Store view ids that share a website with this one. */
  siblings(storeId: number): readonly number[] {
    const website = this.view(storeId)?.websiteId;
    return this.views.filter(({ websiteId }) => websiteId === website).map(({ id }) => id);
  }

  view(storeId: number): StoreView | undefined {
    return this.views.find(({ id }) => id === storeId);
  }

  viewsOf(websiteIds: ReadonlySet<number>): readonly StoreView[] {
    return this.views.filter(({ websiteId }) => websiteIds.has(websiteId));
  }
}

function localeOf(code: string): string {
  return { de: 'de_DE', fr: 'fr_FR' }[code] ?? 'en_US';
}
