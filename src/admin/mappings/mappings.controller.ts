import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import type { Mistake } from '../../model/mistake.js';
import { LookingService } from '../../sync/looking/looking.service.js';
import { previewMapping, type PreviewedRecord } from '../../sync/looking/preview-mapping.js';
import { ProjectFiles } from '../../sync/project-files.js';
import { ApiController } from '../api.js';
import { PreviewDto, PreviewsDto, ValidatedDto } from './mappings.dto.js';

/** Of the files that lie there: nothing of a mapping is taken from a request, which could bring code with it. */
@ApiController('mappings', 'mappings')
export class MappingsController {
  constructor(
    private readonly looking: LookingService,
    private readonly files: ProjectFiles,
  ) {}

  @Post('validate')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ operationId: 'validateMappings', summary: 'check the mappings folder as it lies there now, without asking any system' })
  @ApiOkResponse({ type: ValidatedDto.Output })
  async validate(): Promise<{ valid: boolean; pipelines: readonly string[]; mistakes: readonly Mistake[] }> {
    const checked = await this.files.check();
    return 'mistakes' in checked
      ? { valid: false, pipelines: [], mistakes: checked.mistakes }
      : { valid: true, pipelines: checked.project.pipelines.map(({ data }) => data.pipeline), mistakes: [] };
  }

  @Post('preview')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({
    operationId: 'previewMapping',
    summary: 'records as they are now, what the mapping of this process makes of them, and how that differs from what was delivered',
  })
  @ApiOkResponse({ type: PreviewsDto.Output })
  async preview(@Body() { pipeline, keys }: PreviewDto): Promise<{ previews: PreviewedRecord[] }> {
    return {
      previews: await this.looking.lend((looking) => previewMapping(looking, pipeline, keys, AbortSignal.timeout(60_000))),
    };
  }
}
