import { Inject, Injectable } from '@nestjs/common';
import type { Connectors } from '../config/load-connections.js';
import { CONNECTORS } from '../sync/project-files.js';
import { checkLimitMs } from './check-connections.js';
import { diagnose, type Diagnosis } from './diagnose.js';

/** The doctor of the service. Whoever asks while one is looking gets what that one finds: asking often costs nobody anything. */
@Injectable()
export class DoctorService {
  private underWay: Promise<Diagnosis> | null = null;

  constructor(@Inject(CONNECTORS) private readonly connectors: Connectors) {}

  /** As the files, and everything outside of this process, are now. */
  look(): Promise<Diagnosis> {
    const { connectors } = this;
    return (this.underWay ??= diagnose({ env: process.env, connectors, mappings: undefined, limitMs: checkLimitMs }).finally(
      () => (this.underWay = null),
    ));
  }
}
