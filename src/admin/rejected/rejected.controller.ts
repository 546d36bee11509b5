import { Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import { LookingService } from '../../sync/looking/looking.service.js';
import { rejectedPage, type RejectedPage } from '../../sync/rejected/rejected.js';
import { ApiController } from '../api.js';
import { RejectedDto, RejectedQueryDto } from './rejected.dto.js';

@ApiController('rejected', 'rejected')
export class RejectedController {
  constructor(private readonly looking: LookingService) {}

  @Get()
  @Allow('viewer')
  @ApiOperation({
    operationId: 'listRejected',
    summary: 'records that the mapping or the shop refused, mistake by mistake, with what the PIM calls them',
  })
  @ApiOkResponse({ type: RejectedDto.Output })
  async list(@Query() query: RejectedQueryDto): Promise<RejectedPage> {
    return this.looking.lend((looking) => rejectedPage(looking, query));
  }
}
