import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { waitingSet } from '../pipelines/pipelines.dto.js';

export class HeldRemovalDto extends createZodDto(waitingSet) {}
export class HeldRemovalsDto extends createZodDto(z.object({ sets: z.array(waitingSet) })) {}
export class HeldRemovalParamsDto extends createZodDto(
  z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
) {}
export class ReleasedDto extends createZodDto(z.object({ released: z.number().int().describe('entries that are read and judged anew') })) {}
export class EndedDto extends createZodDto(z.object({ discarded: z.number().int() })) {}
