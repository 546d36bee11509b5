import type { Environment } from '../../config/settings.js';

/** What a person is told, before it takes the form of a channel. No text of it holds a secret. */
export interface Notice {
  readonly environment: Environment;
  readonly tone: 'info' | 'warning' | 'critical' | 'over';
  /** A few words. */
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly lists: readonly NoticeList[];
  /** What to do next, in one line. */
  readonly next: string | null;
  readonly link: string | null;
}

export interface NoticeList {
  readonly title: string;
  readonly lines: readonly { readonly text: string; readonly link: string | null }[];
}
