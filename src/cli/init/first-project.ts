import { alertsYaml, alertVariables } from './alerts-yaml.js';
import type { SourceStarter, TargetStarter, Variable } from './starter.js';

export interface Choice {
  readonly source: SourceStarter;
  readonly target: TargetStarter;
}

/** The files of a first project, by path; `validate` takes them once the environment has what .env.example names. */
export function firstProject(choice: Choice): ReadonlyMap<string, string> {
  return new Map([
    ['mappings/connections.yaml', connections(choice)],
    ['mappings/products.yaml', pipeline(choice)],
    ['mappings/alerts.yaml', alertsYaml],
    ['.env.example', environment(choice)],
    ['docker-compose.yml', compose(choice)],
    ['.gitignore', '.env\ndata/\nlogs/\n'],
    ['README.md', readme(choice)],
  ]);
}

function connections({ source, target }: Choice): string {
  return `# Addresses and secrets come from the environment; nothing secret stands in a file.
connections:
  pim:
${indented(source.connection, 4)}
  shop:
${indented(target.connection, 4)}
`;
}

function pipeline({ source, target }: Choice): string {
  return `# What every word means: docs/mapping-reference.md
pipeline: products
source: { connection: pim, entity: ${source.entity} }
target: { connection: shop, resource: ${target.resource} }
scopes:
  - { ${[`store: ${target.store}`, ...source.scope].join(', ')} }
delta: ${source.delta}
full: { at: '0 3 * * *' } # heals what a delta cannot see
deletes: { policy: ${target.policy}, maxPercent: 5, maxCount: 200 }
key: ${source.key} # the immutable id of a record; the SKU is a field
fields:
${indented(target.fields(source.paths).join('\n'), 2)}
`;
}

function environment({ source, target }: Choice): string {
  const lines = (variables: readonly Variable[]): string => variables.map(({ name, example }) => `${name}=${example}`).join('\n');
  return `# Copy to .env and fill in. Never commit .env.
# What this installation is called; production asks before it destroys.
PIM2SHOP_ENVIRONMENT=development
# The first key of the admin API: 32 characters or more, such as \`openssl rand -hex 32\` makes.
PIM2SHOP_ADMIN_KEY=
# Only for docker compose; letters and digits only: it becomes part of an address.
POSTGRES_PASSWORD=

# ${source.where}
${lines(source.variables)}

# ${target.where}
${lines(target.variables)}

# Where alerts go, once mappings/alerts.yaml says so.
${lines(alertVariables)}
`;
}

function compose({ source, target }: Choice): string {
  const names = [...source.variables, ...target.variables, ...alertVariables].map(({ name }) => name);
  return `# The image is built where the program's own Dockerfile is: docker build --tag pim2shop .
name: pim2shop-project

services:
  postgres:
    image: postgres:18
    restart: unless-stopped
    environment:
      POSTGRES_USER: pim2shop
      POSTGRES_DB: pim2shop
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?set it in .env}
    volumes: ['postgres:/var/lib/postgresql']
    healthcheck:
      test: [CMD-SHELL, 'pg_isready --username=pim2shop --dbname=pim2shop']
      interval: 5s
      timeout: 5s
      retries: 10

  pim2shop:
    image: pim2shop
    restart: unless-stopped
    depends_on:
      postgres: { condition: service_healthy }
    environment:
      DATABASE_URL: postgresql://pim2shop:\${POSTGRES_PASSWORD:?set it in .env}@postgres:5432/pim2shop
      PIM2SHOP_MAPPINGS: mappings
      PIM2SHOP_ENVIRONMENT: \${PIM2SHOP_ENVIRONMENT:-development}
      PIM2SHOP_ADMIN_KEY: \${PIM2SHOP_ADMIN_KEY:?set it in .env, 32 characters or more}
${names.map((name) => `      ${name}: \${${name}:-}`).join('\n')}
    ports:
      # Loopback only: its answers and keys are not encrypted on their way; put TLS in front of it.
      - '127.0.0.1:3000:3000'
    volumes:
      - ./mappings:/app/mappings:ro
      - logs:/app/logs
    stop_grace_period: 90s

volumes:
  postgres:
  logs:
`;
}

function readme({ source, target }: Choice): string {
  return `# From ${source.id} to ${target.id}

1. Copy \`.env.example\` to \`.env\` and fill it in. ${source.where} ${target.where}
2. \`set -a; . ./.env; set +a\`, and \`npx pim2shop doctor\`: it says what is missing.
3. Edit \`mappings/products.yaml\`; \`npx pim2shop validate\` tells every mistake in one list.
4. \`npx pim2shop sync products --full --dry-run --limit 10\` shows what would be sent, and sends nothing.
5. \`npx pim2shop sync products --full --limit 10\` sends a first few; without \`--limit\`, everything.
6. \`npx pim2shop serve\` does it from then on by itself, or \`docker compose up --detach\`.
`;
}

function indented(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}
