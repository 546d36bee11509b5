import { Body, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { PauseService } from '../../queue/pause-service.js';
import { unknownName } from '../../queue/queue-service.js';
import { knownNames } from '../../queue/sql/known-names.js';
import { listSlots, type SlotReport } from '../../sync/schedules/sql/newest-slots.js';
import { readStatus, type PipelineStatus } from '../../sync/read-status.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { pageOf, placeOf } from '../paging.js';
import { PipelineDto, PipelinesDto, ReasonDto, ResumedDto, SlotsDto, SlotsQueryDto } from './pipelines.dto.js';

@ApiController('pipelines', 'pipelines')
export class PipelinesController {
  constructor(@Inject(DATABASE) private readonly opened: OpenDatabase) {}

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listPipelines', summary: 'where every pipeline stands' })
  @ApiOkResponse({ type: PipelinesDto.Output })
  async list(): Promise<{ pipelines: PipelineStatus[] }> {
    return { pipelines: await readStatus(this.opened.database) };
  }

  @Get(':pipeline')
  @Allow('viewer')
  @ApiOperation({ operationId: 'showPipeline', summary: 'where one pipeline stands' })
  @ApiOkResponse({ type: PipelineDto.Output })
  async show(@Param('pipeline') pipeline: string): Promise<PipelineStatus> {
    const all = await readStatus(this.opened.database);
    const found = all.find((one) => one.pipeline === pipeline);
    if (found === undefined) {
      throw unknownName(
        'pipeline',
        pipeline,
        all.map((one) => one.pipeline),
      );
    }
    return found;
  }

  @Get(':pipeline/slots')
  @Allow('viewer')
  @ApiOperation({ operationId: 'listSlots', summary: 'the times of one of its schedules, newest first, and what became of each' })
  @ApiOkResponse({ type: SlotsDto.Output })
  async slots(
    @Param('pipeline') pipeline: string,
    @Query() { kind, cursor, limit }: SlotsQueryDto,
  ): Promise<{ items: SlotReport[]; next: string | null }> {
    const { database } = this.opened;
    const { pipelines } = await knownNames(database);
    if (!pipelines.includes(pipeline)) throw unknownName('pipeline', pipeline, pipelines);
    const place = placeOf(cursor);
    const slots = await listSlots(database, pipeline, kind, place === null ? null : new Date(place), limit + 1);
    const { items, next } = pageOf(
      slots.map((slot) => ({ ...slot, id: slot.slot.getTime() })),
      limit,
    );
    return { items: items.map(({ id: _, ...slot }) => slot), next };
  }

  @Post(':pipeline/pause')
  @HttpCode(204)
  @Allow('operator')
  @ApiOperation({ operationId: 'pausePipeline', summary: 'claim nothing more; changes are queued as before' })
  @ApiNoContentResponse()
  async pause(@Param('pipeline') pipeline: string, @Body() { reason }: ReasonDto, @Req() request: Request): Promise<void> {
    await new PauseService(this.opened.database).pause({ kind: 'pipeline', name: pipeline }, reason ?? null, actorOf(request));
  }

  @Post(':pipeline/resume')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'resumePipeline', summary: 'go on with what was paused' })
  @ApiOkResponse({ type: ResumedDto.Output })
  async resume(
    @Param('pipeline') pipeline: string,
    @Body() { reason }: ReasonDto,
    @Req() request: Request,
  ): Promise<{ readonly resumed: boolean }> {
    const service = new PauseService(this.opened.database);
    return { resumed: await service.resume({ kind: 'pipeline', name: pipeline }, reason ?? null, actorOf(request)) };
  }
}
