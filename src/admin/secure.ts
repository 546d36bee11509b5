import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { Settings } from '../config/settings.js';
import { SETTINGS } from '../database/database.module.js';

/** The largest body of the API. */
const maxBytes = 64 * 1024;

/** Headers that say whose answer it is, and keep a browser from doing anything with the answers; no other origin may read them; small bodies, as JSON alone. */
export function secure(app: NestExpressApplication): void {
  // Without TLS in front of it, an order to use TLS only keeps a browser from the documentation.
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.disable('x-powered-by');
  const { name } = app.get<Settings>(SETTINGS).environment;
  app.use((_request: Request, response: Response, next: NextFunction) => {
    // Names are free, and headers are not.
    response.setHeader('X-Environment', encodeURIComponent(name));
    next();
  });
  app.useBodyParser('json', { limit: maxBytes, inflate: false });
}
