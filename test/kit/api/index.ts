import { Controller, Get, Global, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AccessModule } from '../../../src/access/access.module.js';
import { KeyService } from '../../../src/access/key-service.js';
import { roles, type Role } from '../../../src/access/roles.js';
import { AdminModule } from '../../../src/admin/admin.module.js';
import { boundRequests, type RequestBounds } from '../../../src/admin/bound-requests.js';
import { documentApi } from '../../../src/admin/openapi/document-api.js';
import { secure } from '../../../src/admin/secure.js';
import type { Connectors } from '../../../src/config/load-connections.js';
import type { Project } from '../../../src/config/load-project.js';
import { readSettings } from '../../../src/config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../../../src/database/database.module.js';
import { silentLog } from '../../../src/logging/log.js';
import { HookCounts } from '../../../src/hooks/hook-counts.js';
import { EventSources } from '../../../src/hooks/event-sources.js';
import { Refusal } from '../../../src/model/refusal.js';
import { LookingService } from '../../../src/sync/looking/looking.service.js';
import { CONNECTORS, ProjectFiles } from '../../../src/sync/project-files.js';
import type { TestDatabase } from '../database.js';

@Global()
@Module({})
class Surroundings {
  static of(
    test: TestDatabase,
    { apiRate = 100_000, project = null, check = noFolder, connectors = { sources: [], targets: [] } }: ApiOptions,
  ): DynamicModule {
    return {
      module: Surroundings,
      providers: [
        { provide: DATABASE, useValue: { database: test.database, embedded: false, close: () => Promise.resolve() } },
        { provide: SETTINGS, useValue: { ...readSettings({}), adminKey: environmentKey, apiRate } },
        { provide: LOG, useValue: silentLog },
        { provide: CONNECTORS, useValue: connectors },
        { provide: ProjectFiles, useValue: { read: () => Promise.resolve(project), check } },
        LookingService,
        EventSources,
        HookCounts,
      ],
      exports: [DATABASE, SETTINGS, LOG, CONNECTORS, ProjectFiles, LookingService, EventSources, HookCounts],
    };
  }
}

const noFolder: ProjectFiles['check'] = () => Promise.reject(new Refusal('conflict', 'this stand has no mappings folder'));

/** A route that somebody forgot to give a policy. */
@Controller('forgotten')
class Forgotten {
  @Get()
  tell(): string {
    return 'what nobody was meant to see';
  }
}

/** The key that the operator of the stand set. */
export const environmentKey = 'a-key-of-the-environment-0123456789';

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The API over real HTTP on a real database, without anything that works the queue. */
export interface ApiStand {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly service: KeyService;
  /** A key of each role, named like it. */
  readonly keys: Readonly<Record<Role, string>>;
  /** As the holder of a key (of the role admin where none is named); the body goes as JSON. */
  ask(
    method: string,
    path: string,
    options?: { readonly key?: string | null; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Answer>;
  close(): Promise<void>;
}

export interface ApiOptions {
  readonly apiRate?: number;
  /** Its mappings folder; none, unless said. */
  readonly project?: Project | null;
  /** How long requests may take; none, unless said. */
  readonly bounds?: RequestBounds;
  /** What the doctor knows how to read. */
  readonly connectors?: Connectors;
  /** The folder as it lies there now. */
  readonly check?: ProjectFiles['check'];
}

export async function startApi(test: TestDatabase, options: ApiOptions = {}): Promise<ApiStand> {
  const app = await NestFactory.create<NestExpressApplication>(
    { module: class Stand {}, imports: [Surroundings.of(test, options), AccessModule, AdminModule], controllers: [Forgotten] },
    { logger: false, abortOnError: false },
  );
  if (options.bounds) boundRequests(app, options.bounds);
  secure(app);
  documentApi(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const service = app.get(KeyService);
  const maker = { kind: 'user', name: 'test' } as const;
  // Another stand on this database may have made its own.
  await test.database.query('UPDATE api_key SET revoked_at = now() WHERE revoked_at IS NULL AND name = ANY($1)', [roles]);
  const made = await Promise.all(roles.map((role) => service.create({ name: role, role, expiresInMs: null }, maker)));
  const keys = Object.fromEntries(made.map(({ role, text }) => [role, text])) as Record<Role, string>;
  return {
    ...{ app, url, service, keys },
    async ask(method, path, { key = keys.admin, body, headers = {} } = {}) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text === '' ? null : (JSON.parse(text) as unknown) };
    },
    close: () => app.close(),
  };
}
