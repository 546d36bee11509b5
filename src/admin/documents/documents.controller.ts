import { Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import type { ListedDocument } from '../../mirror/sql/list-documents.js';
import type { HistoryRow } from '../../mirror/sql/read-history.js';
import type { MirroredDocument } from '../../mirror/sql/show-document.js';
import { readDifference, type Difference } from '../../sync/looking/difference.js';
import { DocumentService } from '../../sync/looking/document-service.js';
import { LookingService } from '../../sync/looking/looking.service.js';
import { why, type WhyAnswer } from '../../sync/why/why.js';
import { ApiController } from '../api.js';
import {
  DifferenceDto,
  DocumentDto,
  DocumentParamsDto,
  DocumentQueryDto,
  DocumentsDto,
  DocumentsQueryDto,
  HistoryDto,
  WhyDto,
  WhyParamsDto,
  WhyQueryDto,
} from './documents.dto.js';

@ApiController('documents', 'documents')
export class DocumentsController {
  private readonly documents: DocumentService;

  constructor(
    @Inject(DATABASE) opened: OpenDatabase,
    private readonly looking: LookingService,
  ) {
    this.documents = new DocumentService(opened.database);
  }

  @Get()
  @Allow('viewer')
  @ApiOperation({ operationId: 'listDocuments', summary: 'what was delivered, document by document' })
  @ApiOkResponse({ type: DocumentsDto.Output })
  async list(@Query() { cursor, limit, ...filter }: DocumentsQueryDto): Promise<{ items: ListedDocument[]; next: string | null }> {
    return this.documents.list(filter, cursor, limit);
  }

  @Get(':key')
  @Allow('viewer')
  @ApiOperation({ operationId: 'showDocument', summary: 'one document as the shop acknowledged it last' })
  @ApiOkResponse({ type: DocumentDto.Output })
  async show(@Param() { key }: DocumentParamsDto, @Query() { connection }: DocumentQueryDto): Promise<MirroredDocument> {
    return this.documents.show(key, connection);
  }

  @Get(':key/history')
  @Allow('viewer')
  @ApiOperation({ operationId: 'documentHistory', summary: 'its last contents: when, by which run, and which fields changed' })
  @ApiOkResponse({ type: HistoryDto.Output })
  async history(@Param() { key }: DocumentParamsDto, @Query() { connection }: DocumentQueryDto): Promise<{ history: HistoryRow[] }> {
    return { history: await this.documents.history(key, connection) };
  }

  @Get(':key/difference')
  @Allow('viewer')
  @ApiOperation({
    operationId: 'documentDifference',
    summary: 'the record as it is now, what was delivered, and what the shop has now, field by field',
  })
  @ApiOkResponse({ type: DifferenceDto.Output })
  async difference(@Param() { key }: DocumentParamsDto, @Query() { connection }: DocumentQueryDto): Promise<Difference> {
    const row = await this.documents.show(key, connection);
    return this.looking.lend((looking) => readDifference(looking, row));
  }

  @Get(':key/why')
  @Allow('viewer')
  @ApiOperation({ operationId: 'why', summary: 'why it stands in the shop as it does, or does not, and what to do about it' })
  @ApiOkResponse({ type: WhyDto.Output })
  async why(@Param() { key }: WhyParamsDto, @Query() { pipeline }: WhyQueryDto): Promise<WhyAnswer> {
    return this.looking.lend((looking) => why(looking, key, pipeline));
  }
}
