import { Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { listAudit, type AuditRow } from '../../queue/sql/audit.js';
import { ApiController } from '../api.js';
import { pageOf, placeOf } from '../paging.js';
import { AuditDto, AuditQueryDto } from './audit.dto.js';

@ApiController('audit', 'audit log')
export class AuditController {
  constructor(@Inject(DATABASE) private readonly opened: OpenDatabase) {}

  @Get()
  @Allow('admin')
  @ApiOperation({ operationId: 'listAudit', summary: 'what people and keys did, newest first' })
  @ApiOkResponse({ type: AuditDto.Output })
  async list(@Query() { cursor, limit }: AuditQueryDto): Promise<{ items: AuditRow[]; next: string | null }> {
    return pageOf(await listAudit(this.opened.database, limit + 1, placeOf(cursor)), limit);
  }
}
