import { Body, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { StartService } from '../../sync/requests/start-service.js';
import type { ListedRequest, ShownRequest } from '../../sync/requests/sql/list-requests.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { pageOf, placeOf } from '../paging.js';
import { RequestDto, RequestsDto, RequestsQueryDto, WhyDto } from './requests.dto.js';
import { RunParamsDto } from './runs.dto.js';

@ApiController('run-requests', 'runs')
export class RequestsController {
  private readonly starts: StartService;

  constructor(@Inject(DATABASE) opened: OpenDatabase) {
    this.starts = new StartService(opened.database);
  }

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listRunRequests', summary: 'runs that somebody asked for, newest first' })
  @ApiOkResponse({ type: RequestsDto.Output })
  async list(@Query() { cursor, limit, ...filter }: RequestsQueryDto): Promise<{ items: ListedRequest[]; next: string | null }> {
    return pageOf(await this.starts.list(filter, placeOf(cursor), limit + 1), limit);
  }

  @Get(':id')
  @Allow('viewer')
  @ApiOperation({ operationId: 'showRunRequest', summary: 'what became of a run that somebody asked for; what a dry run found' })
  @ApiOkResponse({ type: RequestDto.Output })
  async show(@Param() { id }: RunParamsDto): Promise<ShownRequest> {
    return this.starts.show(id);
  }

  @Post(':id/cancel')
  @HttpCode(204)
  @Allow('operator')
  @ApiOperation({ operationId: 'cancelRunRequest', summary: 'not begin it, or end it' })
  @ApiNoContentResponse()
  async cancel(@Param() { id }: RunParamsDto, @Body() { reason }: WhyDto, @Req() request: Request): Promise<void> {
    await this.starts.cancel(id, reason ?? null, actorOf(request));
  }
}
