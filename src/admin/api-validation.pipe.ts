import { Injectable, type ArgumentMetadata } from '@nestjs/common';
import { ZodValidationPipe } from 'nestjs-zod';

/** Holds what is asked to the shape of its route. No body at all is an empty one: most of what a body says may be left out. */
@Injectable()
export class ApiValidationPipe extends ZodValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): unknown {
    return super.transform(value === undefined && metadata.type === 'body' ? {} : value, metadata);
  }
}
