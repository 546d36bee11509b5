interface Text {
  readonly type?: string;
  readonly text?: string;
}

interface Block {
  readonly type?: string;
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly elements?: readonly Text[];
}

export interface SlackPayload {
  readonly text?: string;
  readonly attachments?: readonly { readonly color?: string; readonly blocks?: readonly Block[] }[];
}

/** Why Slack would not take it, by its documented bounds of blocks; null where it would. */
export function problemOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return 'invalid_payload';
  const { text, attachments = [] } = body as SlackPayload;
  if ((text === undefined || text === '') && attachments.length === 0) return 'no_text';
  if (attachments.length > 100) return 'too_many_attachments';
  return attachments.every(({ blocks = [] }) => blocks.length <= 50 && blocks.every(isGood)) ? null : 'invalid_blocks';
}

function isGood({ type, text, fields, elements }: Block): boolean {
  const within = (one: Text | undefined, most: number): boolean =>
    one?.text !== undefined && one.text.length >= 1 && one.text.length <= most;
  if (type === 'header') return text?.type === 'plain_text' && within(text, 150);
  if (type === 'section')
    return (
      (text !== undefined || fields !== undefined) &&
      (text === undefined || within(text, 3_000)) &&
      (fields ?? []).length <= 10 &&
      (fields ?? []).every((one) => within(one, 2_000))
    );
  return type === 'context' && (elements ?? []).length >= 1 && (elements ?? []).length <= 10;
}
