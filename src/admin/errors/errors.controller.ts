import { Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { errorTrends, listErrors, type ListedError, type Trend } from '../../sync/runs/sql/list-errors.js';
import { ApiController } from '../api.js';
import { pageOf, placeOf } from '../paging.js';
import { ErrorsDto, ErrorsQueryDto, TrendsDto, TrendsQueryDto } from './errors.dto.js';

@ApiController('errors', 'errors')
export class ErrorsController {
  constructor(@Inject(DATABASE) private readonly opened: OpenDatabase) {}

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listErrors', summary: 'what went wrong, item by item, newest first' })
  @ApiOkResponse({ type: ErrorsDto.Output })
  async list(@Query() { cursor, limit, ...filter }: ErrorsQueryDto): Promise<{ items: ListedError[]; next: string | null }> {
    return pageOf(await listErrors(this.opened.database, filter, placeOf(cursor), limit + 1), limit);
  }

  @Get('trends')
  @Allow('viewer')
  @ApiOperation({ operationId: 'errorTrends', summary: 'the causes of the last hours, against as many hours before' })
  @ApiOkResponse({ type: TrendsDto.Output })
  async trends(@Query() { pipeline, hours, limit }: TrendsQueryDto): Promise<{ trends: Trend[] }> {
    return { trends: await errorTrends(this.opened.database, pipeline, hours, limit) };
  }
}
