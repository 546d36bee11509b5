import { Body, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { RunService } from '../../sync/runs/run-service.js';
import { listErrors, type ListedError } from '../../sync/runs/sql/list-errors.js';
import type { ListedRun, ShownRun } from '../../sync/runs/sql/list-runs.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { ErrorsDto } from '../errors/errors.dto.js';
import { pageOf, placeOf } from '../paging.js';
import { WhyDto } from './requests.dto.js';
import { CancelledDto, PageQueryDto, RunParamsDto, RunsDto, RunsQueryDto, ShownRunDto } from './runs.dto.js';

@ApiController('runs', 'runs')
export class RunsController {
  private readonly runs: RunService;

  constructor(@Inject(DATABASE) private readonly opened: OpenDatabase) {
    this.runs = new RunService(opened.database);
  }

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listRuns', summary: 'runs, newest first' })
  @ApiOkResponse({ type: RunsDto.Output })
  async list(@Query() { cursor, limit, ...filter }: RunsQueryDto): Promise<{ items: ListedRun[]; next: string | null }> {
    return pageOf(await this.runs.list(filter, placeOf(cursor), limit + 1), limit);
  }

  @Get(':id')
  @Allow('viewer')
  @ApiOperation({ operationId: 'showRun', summary: 'one run: counts, phases, where reading stood before and after' })
  @ApiOkResponse({ type: ShownRunDto.Output })
  async show(@Param() { id }: RunParamsDto): Promise<ShownRun> {
    return this.runs.show(id);
  }

  @Get(':id/errors')
  @Allow('viewer')
  @ApiOperation({ operationId: 'listRunErrors', summary: 'what went wrong with what it queued, newest first' })
  @ApiOkResponse({ type: ErrorsDto.Output })
  async errors(
    @Param() { id }: RunParamsDto,
    @Query() { cursor, limit }: PageQueryDto,
  ): Promise<{ items: ListedError[]; next: string | null }> {
    await this.runs.show(id);
    return pageOf(await listErrors(this.opened.database, { run: id }, placeOf(cursor), limit + 1), limit);
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @Allow('operator')
  @ApiOperation({ operationId: 'cancelRun', summary: 'have a run end; its cursor stays where it stood, and what it queued is delivered' })
  @ApiAcceptedResponse({ type: CancelledDto.Output })
  async cancel(@Param() { id }: RunParamsDto, @Body() { reason }: WhyDto, @Req() request: Request): Promise<{ readonly ended: boolean }> {
    return this.runs.cancel(id, reason ?? null, actorOf(request));
  }
}
