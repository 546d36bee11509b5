import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { moment } from '../api.js';
import { roles } from '../../access/roles.js';

const day = 24 * 60 * 60 * 1_000;

const key = z.object({
  id: z.number().int(),
  name: z.string(),
  prefix: z.string(),
  role: z.enum(roles),
  createdAt: moment,
  createdBy: z.string(),
  expiresAt: moment.nullable(),
  lastUsedAt: moment.nullable().describe('within a minute'),
  formerUntil: moment.nullable().describe('until then the key it replaced is accepted too'),
});

export class KeysDto extends createZodDto(z.object({ keys: z.array(key) })) {}
export class MadeKeyDto extends createZodDto(key.extend({ text: z.string().describe('the key itself, told this once') })) {}
export class CreateKeyDto extends createZodDto(
  z.strictObject({
    name: z.string().trim().min(1).max(100).describe('as the audit log names whoever uses it'),
    role: z.enum(roles),
    expiresInDays: z.number().int().min(1).max(3_650).nullable().default(365).describe('null: until somebody revokes it'),
  }),
) {}
export class RotateKeyDto extends createZodDto(
  z.strictObject({
    graceMinutes: z
      .number()
      .min(0)
      .max(30 * 24 * 60)
      .default(0)
      .describe('how long the former key is accepted too'),
  }),
) {}
export class KeyParamsDto extends createZodDto(z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })) {}
export class MeDto extends createZodDto(z.object({ name: z.string(), role: z.enum(roles) })) {}

export const daysToMs = (days: number | null): number | null => (days === null ? null : days * day);
