import { Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { Refusal } from '../../model/refusal.js';
import { listRuns, showRun, type ListedRun } from '../../sync/runs/sql/list-runs.js';
import { ApiController } from '../api.js';
import { pageOf, placeOf } from '../paging.js';
import { RunDto, RunParamsDto, RunsDto, RunsQueryDto } from './runs.dto.js';

@ApiController('runs', 'runs')
export class RunsController {
  constructor(@Inject(DATABASE) private readonly opened: OpenDatabase) {}

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listRuns', summary: 'runs, newest first' })
  @ApiOkResponse({ type: RunsDto.Output })
  async list(@Query() { cursor, limit, ...filter }: RunsQueryDto): Promise<{ items: ListedRun[]; next: string | null }> {
    return pageOf(await listRuns(this.opened.database, filter, placeOf(cursor), limit + 1), limit);
  }

  @Get(':id')
  @Allow('viewer')
  @ApiOperation({ operationId: 'showRun', summary: 'one run with its counts' })
  @ApiOkResponse({ type: RunDto.Output })
  async show(@Param() { id }: RunParamsDto): Promise<ListedRun> {
    const run = await showRun(this.opened.database, id);
    if (run === null) throw new Refusal('unknown', `There is no run ${id}, or it is so old that it was forgotten.`);
    return run;
  }
}
