# One image, three apps: the command chooses (see docker-compose.yml). The gateway when none is given.

FROM node:22-slim AS build
WORKDIR /app
# Before the sources, so that a change of code does not install again.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
COPY tools tools
RUN npm run build

FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:22-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATA_DIR=/tmp/stockwire \
    HEALTH_PORT=6110
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
# Owned by root, run by another user: an app can't change its own code.
USER node
# Node does not reap processes as number 1 does elsewhere: run with --init (compose: init: true).
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The form without a shell: SIGTERM must reach the app, which then answers what is under way before it ends.
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=70", "dist/apps/gateway/src/main.js"]
