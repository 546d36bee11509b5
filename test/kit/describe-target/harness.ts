import type { OpenTarget, TakeDown, TargetItem, WriteCall } from '../../../src/connectors/contract/index.js';

/** What goes wrong with the next request that writes. */
export type Mishap = 'lost-before' | 'lost-after' | 'half' | 'html' | 'error-500' | 'empty';

/** A target on an empty shop, and how to look at that shop from behind. */
export interface TargetHarness {
  readonly target: OpenTarget;
  /** One whose shop refuses it or cannot be reached; undefined where opening it fails already. */
  readonly unusable?: OpenTarget;
  /** An item that the target takes. Names differ in anything, `text` is a value that `shown` finds again. */
  item(name: string, text: string): TargetItem;
  /** An item that the shop refuses for what it holds; undefined where it takes anything. */
  refused?(name: string): TargetItem;
  readonly call?: WriteCall;
  /** The text the shop shows under a name; null where nothing is for sale. */
  shown(name: string): string | null;
  /** Objects the shop holds, whatever their state. */
  count(): number;
  /** Lets the next request that writes go wrong; undefined where there is no line that could break. */
  fail?(mishap: Mishap): void;
  readonly takesDown: readonly TakeDown[];
  /** What must hold after every test: a contract that was broken. */
  verify?(): void;
  close(): Promise<void>;
}
