import { Body, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import type { EntryFilter } from '../../queue/entry-filter.js';
import { QueueService } from '../../queue/queue-service.js';
import { deadGroups, type DeadGroup } from '../../queue/sql/dead-groups.js';
import type { StateCount } from '../../queue/sql/count-entries.js';
import type { EntryPage } from '../../queue/sql/list-entries.js';
import type { ShownEntity } from '../../queue/sql/show-entry.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import {
  CountsDto,
  CountsQueryDto,
  DeadGroupsDto,
  DeadGroupsQueryDto,
  DiscardDto,
  DiscardedDto,
  EntriesDto,
  EntriesQueryDto,
  EntityDto,
  EntityParamsDto,
  RetriedDto,
  RetryDto,
} from './queue.dto.js';

@ApiController('queue', 'queue')
export class QueueController {
  private readonly queue: QueueService;

  constructor(@Inject(DATABASE) private readonly opened: OpenDatabase) {
    this.queue = new QueueService(opened.database);
  }

  @Get('entries')
  @Allow('viewer')
  @ApiOperation({ operationId: 'listEntries', summary: 'entries in the order in which they would be claimed' })
  @ApiOkResponse({ type: EntriesDto.Output })
  async list(@Query() { state, ...request }: EntriesQueryDto): Promise<EntryPage> {
    return this.queue.list(withoutUndefined({ ...request, states: state }));
  }

  @Get('counts')
  @Allow('viewer')
  @ApiOperation({ operationId: 'countEntries', summary: 'entries by pipeline and state' })
  @ApiOkResponse({ type: CountsDto.Output })
  async counts(@Query() { pipeline }: CountsQueryDto): Promise<{ counts: StateCount[] }> {
    return { counts: await this.queue.counts(pipeline) };
  }

  @Get('entries/:pipeline/:key')
  @Allow('viewer')
  @ApiOperation({ operationId: 'showEntry', summary: 'everything the program knows of one entity in one pipeline' })
  @ApiOkResponse({ type: EntityDto.Output })
  async show(@Param() { pipeline, key }: EntityParamsDto): Promise<ShownEntity> {
    return this.queue.show(pipeline, key);
  }

  @Get('dead-letters')
  @Allow('viewer')
  @ApiOperation({ operationId: 'listDeadLetters', summary: 'what was given up on, by its cause, the largest groups first' })
  @ApiOkResponse({ type: DeadGroupsDto.Output })
  async dead(@Query() { pipeline, limit }: DeadGroupsQueryDto): Promise<{ groups: DeadGroup[] }> {
    return { groups: await deadGroups(this.opened.database, pipeline, limit) };
  }

  @Post('retry')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'retryEntries', summary: 'try entries again that are dead, absent, parked or waiting' })
  @ApiOkResponse({ type: RetriedDto.Output })
  async retry(@Body() group: RetryDto, @Req() request: Request): Promise<{ readonly retried: number }> {
    return { retried: await this.queue.retry(filterOf(group), actorOf(request)) };
  }

  @Post('discard')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({
    operationId: 'discardEntries',
    summary: 'take dead, absent and held entries out of the queue; the shop keeps what it has',
  })
  @ApiOkResponse({ type: DiscardedDto.Output })
  async discard(@Body() group: DiscardDto, @Req() request: Request): Promise<{ readonly discarded: number }> {
    return { discarded: await this.queue.discard(filterOf(group), actorOf(request)) };
  }
}

function filterOf({ all: _, ...filter }: RetryDto | DiscardDto): EntryFilter {
  return withoutUndefined(filter);
}

type Defined<Value> = { [Name in keyof Value]?: Exclude<Value[Name], undefined> };

function withoutUndefined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<Value>;
}
