import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import { describeAlerts, type DescribedAlerts } from '../../alerts/describe-alerts.js';
import { alertsConfigOf } from '../../alerts/file/alerts-file.js';
import { describeConfiguration, type Configuration } from '../../config/describe-configuration.js';
import type { Settings } from '../../config/settings.js';
import { SETTINGS } from '../../database/database.module.js';
import { ProjectFiles } from '../../sync/project-files.js';
import { ApiController } from '../api.js';
import { ConfigurationDto } from './configuration.dto.js';

@ApiController('configuration', 'configuration')
export class ConfigurationController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly files: ProjectFiles,
  ) {}

  @Get()
  @Allow('admin')
  @ApiOperation({
    operationId: 'showConfiguration',
    summary: 'settings, connections, pipelines and alerts as they were loaded, without secrets',
  })
  @ApiOkResponse({ type: ConfigurationDto.Output })
  async show(): Promise<Configuration & { readonly alerts: DescribedAlerts }> {
    const project = await this.files.read();
    return { ...describeConfiguration(this.settings, process.env, project), alerts: describeAlerts(alertsConfigOf(project)) };
  }
}
