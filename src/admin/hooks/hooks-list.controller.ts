import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { EventSources } from '../../hooks/event-sources.js';
import { HookCounts, hookResults, type HookResult } from '../../hooks/hook-counts.js';
import { readDeliveries } from '../../hooks/sql/read-deliveries.js';
import { ApiController } from '../api.js';
import { HooksDto } from './hooks-list.dto.js';

type BecameOfThem = { readonly since: Date } & Readonly<Record<HookResult, number>>;

interface ListedHook {
  readonly connection: string;
  readonly webhooks: string | null;
  readonly broker: string | null;
  readonly pipelines: readonly string[];
  readonly lastHour: number;
  readonly lastDay: number;
  readonly last: Date | null;
  readonly sinceStart: BecameOfThem | null;
}

@ApiController('hooks', 'hooks')
export class HooksListController {
  constructor(
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    private readonly sources: EventSources,
    private readonly counts: HookCounts,
  ) {}

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listHooks', summary: 'who tells of changes by itself, and what came lately' })
  @ApiOkResponse({ type: HooksDto.Output })
  async list(): Promise<{ hooks: ListedHook[] }> {
    const came = new Map((await readDeliveries(this.opened.database)).map((one) => [one.connection, one]));
    const known = [...(await this.sources.all()).values()];
    return {
      hooks: known.map(({ connection: { name, broker }, receiver, subscriptions }) => ({
        connection: name,
        webhooks: receiver === null ? null : `/hooks/${name}`,
        broker: broker?.queue ?? null,
        pipelines: subscriptions.map((one) => one.name),
        lastHour: came.get(name)?.lastHour ?? 0,
        lastDay: came.get(name)?.lastDay ?? 0,
        last: came.get(name)?.last ?? null,
        sinceStart: receiver === null ? null : this.becameOf(name),
      })),
    };
  }

  private becameOf(connection: string): BecameOfThem {
    const counts = Object.fromEntries(hookResults.map((result) => [result, this.counts.count(connection, result)]));
    return { since: this.counts.since, ...(counts as Record<HookResult, number>) };
  }
}
