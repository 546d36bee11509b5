# syntax=docker/dockerfile:1
# 20.19, 22.12 or newer run it (`engines` in package.json).
ARG NODE=22-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /app
COPY . .
# `npm ci` compiles as well (its `prepare`). What only builds and tests is taken away again.
RUN npm ci --no-audit --no-fund && npm prune --omit=dev --no-audit --no-fund

FROM node:${NODE}
# Signals reach the program, and nobody is left behind by its children.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
COPY --from=build /app/prisma/migrations ./prisma/migrations
COPY --from=build /app/mappings ./mappings
# The only places the program writes to; everything else stays root's.
RUN mkdir data logs && chown node:node data logs
USER node
# Inside a container loopback is nobody's door; who may knock is decided where the port is published.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/src/main.js"]
