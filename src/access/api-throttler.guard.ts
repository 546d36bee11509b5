import { HttpException, Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { Request } from 'express';

/** Counts requests to the API and for metrics by their address, before any key is looked up; hooks and health have limits of their own. */
@Injectable()
export class ApiThrottlerGuard extends ThrottlerGuard {
  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    // Express takes /API for /api.
    return Promise.resolve(!/^\/(api|metrics)(\/|$)/i.test(context.switchToHttp().getRequest<Request>().path));
  }

  /** By the address and not by the key: whoever tries keys gets no new allowance with each. */
  protected override getTracker(request: Request): Promise<string> {
    return Promise.resolve(request.ip ?? '');
  }

  /** All routes together: not so many of each. */
  protected override generateKey(_context: ExecutionContext, tracker: string): string {
    return tracker;
  }

  protected override throwThrottlingException(): Promise<void> {
    throw new HttpException('Too many requests within a minute; Retry-After says when there is room again.', 429);
  }
}
