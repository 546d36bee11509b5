import { Get, Headers, HttpCode, HttpException, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { Refusal } from '../../model/refusal.js';
import { RemovalService } from '../../removals/removal-service.js';
import type { WaitingSet } from '../../removals/sql/list-held.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { EndedDto, HeldRemovalDto, HeldRemovalParamsDto, HeldRemovalsDto, ReleasedDto } from './held-removals.dto.js';

const seen = {
  name: 'If-Match',
  required: true,
  description: 'the ETag that showing the set answered: what holds more by now is not decided on',
};

@ApiController('held-removals', 'held removals')
export class HeldRemovalsController {
  private readonly removals: RemovalService;

  constructor(@Inject(DATABASE) opened: OpenDatabase) {
    this.removals = new RemovalService(opened.database);
  }

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listHeldRemovals', summary: 'removals that wait for a person, each as one set' })
  @ApiOkResponse({ type: HeldRemovalsDto.Output })
  async list(): Promise<{ sets: WaitingSet[] }> {
    return { sets: await this.removals.list() };
  }

  @Get(':id')
  @Allow('viewer')
  @ApiOperation({ operationId: 'showHeldRemoval', summary: 'one set; its ETag is what a decision on it must name' })
  @ApiOkResponse({ type: HeldRemovalDto.Output, headers: { ETag: { schema: { type: 'string' } } } })
  async show(@Param() { id }: HeldRemovalParamsDto, @Res({ passthrough: true }) response: Response): Promise<WaitingSet> {
    const found = (await this.removals.list()).find((set) => set.id === id);
    if (found === undefined) throw new Refusal('unknown', `No set ${id} of removals waits.`);
    response.setHeader('ETag', `"${found.removals}"`);
    return found;
  }

  @Post(':id/release')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'releaseHeldRemoval', summary: 'let the removals go: each is read and judged anew' })
  @ApiHeader(seen)
  @ApiOkResponse({ type: ReleasedDto.Output })
  async release(
    @Param() { id }: HeldRemovalParamsDto,
    @Headers('if-match') match: string | undefined,
    @Req() request: Request,
  ): Promise<{ readonly released: number }> {
    return { released: await this.removals.release(id, actorOf(request), countOf(match)).catch(asChanged) };
  }

  @Post(':id/discard')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'discardHeldRemoval', summary: 'remove nothing of it, and take it out of the queue' })
  @ApiHeader(seen)
  @ApiOkResponse({ type: EndedDto.Output })
  async discard(
    @Param() { id }: HeldRemovalParamsDto,
    @Headers('if-match') match: string | undefined,
    @Req() request: Request,
  ): Promise<{ readonly discarded: number }> {
    return { discarded: await this.removals.discard(id, actorOf(request), countOf(match)).catch(asChanged) };
  }
}

/** How many removals the person saw. */
function countOf(match: string | undefined): number {
  if (match === undefined) throw new HttpException('Show the set first, and name its ETag in If-Match.', 428);
  const count = /^"(\d{1,9})"$/.exec(match)?.[1];
  if (count === undefined) throw new HttpException('If-Match is not an ETag of this set.', 412);
  return Number(count);
}

function asChanged(error: unknown): never {
  throw error instanceof Refusal && error.kind === 'conflict' ? new HttpException(error.message, 412) : error;
}
