import { Get, Inject, Param, Query, Req, Res, ServiceUnavailableException, type OnModuleDestroy } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Allow } from '../../access/policy.js';
import { DATABASE, LOG } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import type { Log } from '../../logging/log.js';
import { Refusal } from '../../model/refusal.js';
import { RunFeed } from '../../sync/runs/run-feed.js';
import { readRuns } from '../../sync/runs/sql/list-runs.js';
import { ApiController } from '../api.js';
import { eventId, isOver, RunStream } from './run-stream.js';
import { RunEventsQueryDto, RunParamsDto } from './runs.dto.js';

/** So many listen to one process at once. */
const mostListeners = 500;

@ApiController('runs', 'runs')
export class RunEventsController implements OnModuleDestroy {
  private readonly feed: RunFeed;
  private readonly streams = new Set<RunStream>();
  private isEnding = false;

  constructor(
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) log: Log,
  ) {
    this.feed = new RunFeed(opened.database, log);
  }

  /** A server that is to end waits for its connections. */
  onModuleDestroy(): void {
    this.isEnding = true;
    for (const stream of this.streams) stream.close();
  }

  @Get(':id/events')
  @Allow('viewer')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'what was heard last', schema: { type: 'string' } })
  @ApiOperation({ operationId: 'watchRun', summary: 'how a run goes on, as server-sent events: progress, and end' })
  @ApiOkResponse({
    description: 'data of each event is the run as JSON; nothing of it changes for a while: a comment every 15 seconds',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiNoContentResponse({ description: 'it is over, and Last-Event-ID says that this was heard' })
  async watch(
    @Param() { id }: RunParamsDto,
    @Query() { until }: RunEventsQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const [run] = await readRuns(this.opened.database, [id]);
    if (run === undefined) throw new Refusal('unknown', `There is no run ${id}, or it is so old that it was forgotten.`);
    const heard = request.get('last-event-id') ?? null;
    // What EventSource takes for the end: otherwise it would come back for ever.
    if (isOver(run, until) && heard === eventId(run, until)) {
      response.status(204).end();
      return;
    }
    if (this.isEnding || this.streams.size >= mostListeners) throw new ServiceUnavailableException();
    const stream = new RunStream(response, until, heard);
    this.streams.add(stream);
    const stop = this.feed.listen(id, (now) => void stream.tell(now));
    response.once('close', () => {
      stop();
      stream.close();
      this.streams.delete(stream);
    });
    stream.tell(run);
  }
}
