# docker build -t workflow-runner .    What is in it and how to run it: docs/server.md

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
# Nothing that is installed needs its scripts: SQLite comes compiled.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
RUN npm run build
# The test kit wants Vitest as an optional peer, so npm keeps it unless optional ones and peers go, too; those that
# the server needs are its own dependencies.
RUN npm prune --omit=dev --omit=optional --omit=peer --ignore-scripts --no-audit --no-fund \
 && rm -rf libs/testing node_modules/@workflow-runner/testing libs/*/src libs/*/tsconfig.json \
 && find dist libs \( -name '*.d.ts' -o -name '*.map' -o -name '.tsbuildinfo' \) -delete \
 && find node_modules -type d -empty -delete

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/libs ./libs
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production HOST=0.0.0.0 WORKFLOW_DB=sqlite:/data/workflows.db
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process and hears SIGTERM itself: no shell and no npm between.
CMD ["node", "/app/dist/main.js"]
