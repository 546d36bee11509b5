import { Catch, Inject, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { Request, Response } from 'express';
import { LOG } from '../../database/database.module.js';
import type { Log } from '../../logging/log.js';
import { describeFailure } from './describe-failure.js';

/** Answers of the API that are no success (RFC 9457). Hooks and health go on as Nest has them: who calls those reads the status alone. */
@Catch()
export class ProblemFilter extends BaseExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Log) {
    super();
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    if (!isApi(request)) {
      super.catch(error, host);
      return;
    }
    const told = describeFailure(error);
    if (told.status >= 500) {
      this.log.error('a request to the API failed', {
        method: request.method,
        path: request.path,
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
    const response = http.getResponse<Response>();
    // Something of the answer has left already (a stream): it can only be cut off.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(told.status).type('application/problem+json').send(JSON.stringify(told));
  }
}

export function isApi({ path }: Pick<Request, 'path'>): boolean {
  return /^\/api(\/|$)/i.test(path);
}
