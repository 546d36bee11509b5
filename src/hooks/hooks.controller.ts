import {
  BadRequestException,
  Controller,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Req,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import type { Request } from 'express';
import { Open } from '../access/policy.js';
import type { HookRequest } from '../connectors/contract/index.js';
import { LOG } from '../database/database.module.js';
import type { Log } from '../logging/log.js';
import { EventSources } from './event-sources.js';
import { HookCounts } from './hook-counts.js';
import { Intake } from './intake.js';
import { Refusals } from './refusals.js';

/** The door for webhooks. Nothing is asked of anybody before the answer but the statement that queues. */
@Controller('hooks')
@Open('signed by the sender, which is checked here')
export class HooksController {
  private readonly refusals: Refusals;

  constructor(
    private readonly sources: EventSources,
    private readonly intake: Intake,
    private readonly counts: HookCounts,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.refusals = new Refusals(log);
  }

  /**
   * 202 once it is queued, and for a delivery that came before; 401 where it is not signed as it must be, and nothing
   * more is said; 404 alike for a connection that does not exist and for one whose webhooks nobody takes.
   */
  @Post(':connection')
  @HttpCode(202)
  async receive(@Param('connection') connection: string, @Req() request: Request): Promise<void> {
    const source = (await this.sources.all()).get(connection);
    if (!source?.receiver) {
      await this.counts.note(connection, 'unknown');
      throw new NotFoundException();
    }
    const verdict = source.receiver.receive(asHookRequest(request));
    if (verdict.kind !== 'accepted') {
      this.refusals.note(connection, verdict.kind, verdict.reason);
      await this.counts.note(connection, verdict.kind === 'forged' && verdict.isStale ? 'stale' : verdict.kind);
      throw verdict.kind === 'forged' ? new UnauthorizedException() : new BadRequestException();
    }
    try {
      await this.intake.take(source, { id: `hook ${verdict.delivery}`, hints: verdict.events });
    } catch (error) {
      // Whoever sent it sends it again: the database is away, or is being restarted.
      this.log.error('an event could not be queued', { connection, error: error instanceof Error ? error.message : String(error) });
      await this.counts.note(connection, 'unavailable');
      throw new ServiceUnavailableException();
    }
    await this.counts.note(connection, 'accepted');
  }
}

function asHookRequest(request: Request): HookRequest {
  const body: unknown = request.body;
  return {
    headers: Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.[0]])),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    receivedAt: Date.now(),
  };
}
