import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';

/** The largest body of the API. */
const maxBytes = 64 * 1024;

/** Headers that keep a browser from doing anything with the answers; no other origin may read them; small bodies, as JSON alone. */
export function secure(app: NestExpressApplication): void {
  // Without TLS in front of it, an order to use TLS only keeps a browser from the documentation.
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.disable('x-powered-by');
  app.useBodyParser('json', { limit: maxBytes, inflate: false });
}
