export { basic, bearer, fixed, renewable } from './authorization.js';
export { createHttpClient } from './create-http-client.js';
export { RequestFailure } from './exchange.js';
export { standardWebhooks, standardWebhookSecret, standardWebhookSecrets, type StandardDelivery } from './standard-webhooks.js';
export type { Authorization, HttpAnswer, HttpClient, HttpClientOptions, HttpRequest } from './types.js';
export { retryAfterMs } from './retry-after.js';
export { waitFor } from './wait-for.js';
