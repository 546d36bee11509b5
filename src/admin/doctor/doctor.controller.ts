import { HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Allow } from '../../access/policy.js';
import type { Diagnosis } from '../../doctor/diagnose.js';
import { DoctorService } from '../../doctor/doctor.service.js';
import { ApiController } from '../api.js';
import { DiagnosisDto } from './doctor.dto.js';

@ApiController('doctor', 'doctor')
export class DoctorController {
  constructor(private readonly doctor: DoctorService) {}

  @Post()
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({
    operationId: 'diagnose',
    summary: 'look at settings, database, connections, mappings, clocks and disks, and say what to do; two minutes at most',
  })
  @ApiOkResponse({ type: DiagnosisDto.Output })
  async diagnose(): Promise<Diagnosis> {
    return this.doctor.look();
  }
}
