import { Body, Delete, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { DebugService } from '../../queue/debug-service.js';
import type { DebugSwitch } from '../../queue/sql/debug-switches.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { DebugOffDto, DebugOnDto, DebugOffQueryDto, DebugUntilDto, DebugSwitchesDto } from './debug.dto.js';

@ApiController('debug', 'debug')
export class DebugController {
  private readonly debug: DebugService;

  constructor(@Inject(DATABASE) opened: OpenDatabase) {
    this.debug = new DebugService(opened.database);
  }

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listDebug', summary: 'what is told in detail in the log now' })
  @ApiOkResponse({ type: DebugSwitchesDto.Output })
  async list(): Promise<{ switches: DebugSwitch[] }> {
    return { switches: await this.debug.list() };
  }

  @Post()
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'switchDebugOn', summary: 'tell everything of a pipeline, or of one record, in the log for a while' })
  @ApiOkResponse({ type: DebugUntilDto.Output })
  async on(@Body() { pipeline, entity, minutes }: DebugOnDto, @Req() request: Request): Promise<{ readonly until: Date }> {
    return { until: await this.debug.on({ pipeline, entity: entity ?? null }, minutes * 60_000, actorOf(request)) };
  }

  @Delete()
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'switchDebugOff', summary: 'tell no more than usual; without a pipeline, of all' })
  @ApiOkResponse({ type: DebugOffDto.Output })
  async off(@Query() { pipeline, entity }: DebugOffQueryDto, @Req() request: Request): Promise<{ readonly count: number }> {
    return { count: await this.debug.off({ pipeline: pipeline ?? null, entity: entity ?? null }, actorOf(request)) };
  }
}
