import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { Refusal } from '../../model/refusal.js';

/** A route that may be asked again under a key of the asker's own, without doing it twice. */
export const TakesIdempotencyKey = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'a text of your own, new for each start: asked again under it within 24 hours, the same is answered and nothing starts twice',
      schema: { type: 'string', maxLength: 257 },
    }),
  );

/** By draft-ietf-httpapi-idempotency-key-header it is a quoted text; one without quotes is taken as well. Null: there is none. */
export function idempotencyKeyOf({ headers }: Request): string | null {
  const header = headers['idempotency-key'];
  if (header === undefined) return null;
  const [, quoted, bare] =
    typeof header === 'string'
      ? (/^\s*(?:"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))\s*$/.exec(header) ?? [])
      : [];
  const key = quoted ?? bare;
  if (key === undefined)
    throw new Refusal('wrong', 'Idempotency-Key takes one text of 1 to 255 visible characters, in quotes: "8e03978e-40d5-43dd"');
  return key;
}
