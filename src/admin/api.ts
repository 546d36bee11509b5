import { applyDecorators, Controller } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { problemCodes } from './problem/codes.js';

export class ProblemDto extends createZodDto(
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(problemCodes) as [string, ...string[]]),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
) {}

/** A part of the API: below /api/v1, by key, its failures as problems. */
export function ApiController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(`api/v1/${path}`),
    ApiTags(tag),
    ApiBearerAuth('key'),
    ApiExtraModels(ProblemDto.Output),
    ...(['4XX', '5XX'] as const).map((status) =>
      ApiResponse({
        status,
        description: 'why not, by RFC 9457',
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto.Output) } } },
      }),
    ),
  );
}

/**
 * A text of an answer, or null. With a bound, because a bare one becomes `type: [string, null]` in the documentation, which
 * @nestjs/swagger takes for a list.
 */
export const textOrNull = z.string().max(100_000).nullable();

/** A moment, as answers give it. */
export const moment = z.iso.datetime();

export const limit = z.coerce.number().int().min(1).max(500).default(100).describe('how many at most; 100 by default, 500 at most');
export const cursor = z.string().min(1).max(1_000).optional().describe('`next` of the page before');
export const next = z.string().min(1).nullable().describe('cursor of the next page; null after the last one');
export const reason = z.string().trim().min(1).max(500).optional().describe('why, for the audit log and for whoever finds it paused');
export const name = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !text.includes('\u0000'), { message: 'holds a NUL' });
/** A NUL stands in no key: PostgreSQL takes none. */
export const entityKey = z
  .string()
  .min(1)
  .max(1_000)
  .refine((key) => !key.includes('\u0000'), { message: 'holds a NUL' });
