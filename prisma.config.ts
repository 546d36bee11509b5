import { defineConfig } from 'prisma/config';

// `prisma generate` only checks that a schema engine file exists, but would download one first: any executable satisfies it.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
