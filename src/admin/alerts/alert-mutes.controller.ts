import { Body, Delete, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import { Allow } from '../../access/policy.js';
import { AlertService } from '../../alerts/alert-service.js';
import type { Mute } from '../../alerts/sql/mutes.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { AlertParamsDto, MuteDto, MutesDto, NewMuteDto } from './alerts.dto.js';

@ApiController('alert-mutes', 'alerts')
export class AlertMutesController {
  private readonly alerts: AlertService;

  constructor(@Inject(DATABASE) opened: OpenDatabase) {
    this.alerts = new AlertService(opened.database);
  }

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listAlertMutes', summary: 'what nobody is told of now' })
  @ApiOkResponse({ type: MutesDto.Output })
  async list(): Promise<{ mutes: Mute[] }> {
    return { mutes: await this.alerts.mutes() };
  }

  @Post()
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ operationId: 'muteAlerts', summary: 'tell nobody of these for a while' })
  @ApiCreatedResponse({ type: MuteDto.Output })
  async mute(@Body() { minutes, reason, fingerprint, kind, pipeline }: NewMuteDto, @Req() request: Request): Promise<Mute> {
    const target = { fingerprint: fingerprint ?? null, kind: kind ?? null, pipeline: pipeline ?? null };
    return this.alerts.mute(target, { forMs: minutes * 60_000, reason: reason ?? null }, actorOf(request));
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow('operator')
  @ApiOperation({ operationId: 'unmuteAlerts', summary: 'tell of them again' })
  @ApiNoContentResponse()
  async unmute(@Param() { id }: AlertParamsDto, @Req() request: Request): Promise<void> {
    await this.alerts.unmute(id, actorOf(request));
  }
}
