import { Body, Get, Headers, HttpCode, HttpException, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Allow } from '../../access/policy.js';
import { AlertService } from '../../alerts/alert-service.js';
import { AlertTest } from '../../alerts/alert-test.js';
import type { TestedChannel } from '../../alerts/send-test.js';
import type { ListedAlert, ShownAlert } from '../../alerts/sql/list-alerts.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { Refusal } from '../../model/refusal.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { pageOf, placeOf } from '../paging.js';
import { AlertDto, AlertParamsDto, AlertsDto, AlertsQueryDto, AlertTestDto, TestedChannelsDto } from './alerts.dto.js';

@ApiController('alerts', 'alerts')
export class AlertsController {
  private readonly alerts: AlertService;

  constructor(
    @Inject(DATABASE) opened: OpenDatabase,
    private readonly testing: AlertTest,
  ) {
    this.alerts = new AlertService(opened.database);
  }

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listAlerts', summary: 'alerts, newest first' })
  @ApiOkResponse({ type: AlertsDto.Output })
  async list(@Query() { cursor, limit, ...filter }: AlertsQueryDto): Promise<{ items: ListedAlert[]; next: string | null }> {
    return pageOf(await this.alerts.list(filter, placeOf(cursor), limit + 1), limit);
  }

  @Post('test')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'testAlerts', summary: 'send a test message to every channel, or to one; whether it arrived is the answer' })
  @ApiOkResponse({ type: TestedChannelsDto.Output })
  async test(@Body() { channel }: AlertTestDto, @Req() request: Request): Promise<{ channels: TestedChannel[] }> {
    return { channels: await this.testing.send(channel ?? null, actorOf(request)) };
  }

  @Get(':id')
  @Allow('viewer')
  @ApiOperation({
    operationId: 'showAlert',
    summary: 'one alert and what became of its messages; its ETag is what acknowledging it must name',
  })
  @ApiOkResponse({ type: AlertDto.Output, headers: { ETag: { schema: { type: 'string' } } } })
  async show(@Param() { id }: AlertParamsDto, @Res({ passthrough: true }) response: Response): Promise<ShownAlert> {
    const found = await this.alerts.show(id);
    response.setHeader('ETag', `"${found.revision}"`);
    return found;
  }

  @Post(':id/acknowledge')
  @HttpCode(204)
  @Allow('operator')
  @ApiOperation({ operationId: 'acknowledgeAlert', summary: 'somebody looks after it: it is told again only once it is over' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'the ETag that showing the alert answered' })
  @ApiNoContentResponse()
  async acknowledge(
    @Param() { id }: AlertParamsDto,
    @Headers('if-match') match: string | undefined,
    @Req() request: Request,
  ): Promise<void> {
    await this.alerts.acknowledge(id, actorOf(request), revisionOf(match)).catch(asChanged);
  }
}

function revisionOf(match: string | undefined): number {
  if (match === undefined) throw new HttpException('Show the alert first, and name its ETag in If-Match.', 428);
  const revision = /^"(\d{1,9})"$/.exec(match)?.[1];
  if (revision === undefined) throw new HttpException('If-Match is not an ETag of this alert.', 412);
  return Number(revision);
}

function asChanged(error: unknown): never {
  throw error instanceof Refusal && error.kind === 'conflict' ? new HttpException(error.message, 412) : error;
}
