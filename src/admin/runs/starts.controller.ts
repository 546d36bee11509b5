import { Body, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { StartService, type Requested } from '../../sync/requests/start-service.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { idempotencyKeyOf, TakesIdempotencyKey } from '../idempotency/idempotency-key.js';
import { RequestedDto, StartDto } from './requests.dto.js';

@ApiController('pipelines/:pipeline/runs', 'runs')
export class StartsController {
  private readonly starts: StartService;

  constructor(@Inject(DATABASE) opened: OpenDatabase) {
    this.starts = new StartService(opened.database);
  }

  @Post()
  @HttpCode(202)
  @Allow('operator')
  @TakesIdempotencyKey()
  @ApiOperation({ operationId: 'startRun', summary: 'have a run started, or a dry run, by a process that starts runs' })
  @ApiAcceptedResponse({
    type: RequestedDto.Output,
    headers: { Location: { description: 'where to see what became of it', schema: { type: 'string' } } },
  })
  async start(
    @Param('pipeline') pipeline: string,
    @Body() { kind, dryRun, limit, keys, filter }: StartDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Requested> {
    const chosen = keys !== undefined ? { keys } : filter !== undefined ? { filter } : null;
    const wanted = { pipeline, kind, dryRun, limit: limit ?? null, chosen };
    const requested = await this.starts.start(wanted, actorOf(request), idempotencyKeyOf(request));
    response.setHeader('Location', `/api/v1/run-requests/${requested.id}`);
    return requested;
  }
}
