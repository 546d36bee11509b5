import { Body, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import type { CheckedConnection } from '../../doctor/check-connection.js';
import { ConnectionCheck } from '../../doctor/connection-check.js';
import { FreezeService } from '../../queue/freeze-service.js';
import { PauseService } from '../../queue/pause-service.js';
import { listConnections, type ListedConnection } from '../../queue/sql/list-connections.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { ReasonDto, ResumedDto } from '../pipelines/pipelines.dto.js';
import { CheckedConnectionDto, ConnectionsDto, FreezeDto, TriedDto, UnfrozenDto } from './connections.dto.js';

@ApiController('connections', 'connections')
export class ConnectionsController {
  private readonly pauses: PauseService;

  constructor(
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    private readonly checking: ConnectionCheck,
  ) {
    this.pauses = new PauseService(opened.database);
  }

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listConnections', summary: 'the outside systems, and which of them are paused' })
  @ApiOkResponse({ type: ConnectionsDto.Output })
  async list(): Promise<{ connections: ListedConnection[] }> {
    return { connections: await listConnections(this.opened.database) };
  }

  @Post(':connection/check')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'checkConnection', summary: 'ask it something, as normal work would; whether it works is the answer' })
  @ApiOkResponse({ type: CheckedConnectionDto.Output })
  async check(@Param('connection') name: string): Promise<CheckedConnection> {
    return this.checking.check(name);
  }

  @Post(':connection/pause')
  @HttpCode(204)
  @Allow('operator')
  @ApiOperation({ operationId: 'pauseConnection', summary: 'send nothing to it, and read nothing from it' })
  @ApiNoContentResponse()
  async pause(@Param('connection') name: string, @Body() { reason }: ReasonDto, @Req() request: Request): Promise<void> {
    await this.pauses.pause({ kind: 'connection', name }, reason ?? null, actorOf(request));
  }

  @Post(':connection/resume')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'resumeConnection', summary: 'go on with it' })
  @ApiOkResponse({ type: ResumedDto.Output })
  async resume(
    @Param('connection') name: string,
    @Body() { reason }: ReasonDto,
    @Req() request: Request,
  ): Promise<{ readonly resumed: boolean }> {
    return { resumed: await this.pauses.resume({ kind: 'connection', name }, reason ?? null, actorOf(request)) };
  }

  @Post(':connection/try')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'tryConnection', summary: 'try a shop that is down at once, and not when its next trial would be' })
  @ApiOkResponse({ type: TriedDto.Output })
  async tryNow(
    @Param('connection') name: string,
    @Body() { reason }: ReasonDto,
    @Req() request: Request,
  ): Promise<{ readonly wasOpen: boolean }> {
    return { wasOpen: await this.pauses.tryNow(name, reason ?? null, actorOf(request)) };
  }

  @Post(':connection/freeze')
  @HttpCode(204)
  @Allow('operator')
  @ApiOperation({ operationId: 'freezeConnection', summary: 'change nothing in it but some fields; what else changes waits' })
  @ApiNoContentResponse()
  async freeze(@Param('connection') name: string, @Body() { except, reason }: FreezeDto, @Req() request: Request): Promise<void> {
    await new FreezeService(this.opened.database).freeze(name, { except, reason: reason ?? null }, actorOf(request));
  }

  @Post(':connection/unfreeze')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'unfreezeConnection', summary: 'let go on what was held back' })
  @ApiOkResponse({ type: UnfrozenDto.Output })
  async unfreeze(
    @Param('connection') name: string,
    @Body() { reason }: ReasonDto,
    @Req() request: Request,
  ): Promise<{ readonly wasFrozen: boolean; readonly released: number }> {
    return new FreezeService(this.opened.database).unfreeze(name, reason ?? null, actorOf(request));
  }
}
