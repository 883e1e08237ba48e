# syntax=docker/dockerfile:1
# One file, three images: docker build --build-arg APP=gateway|inventory|notification .
# They differ in their last layer only. About 230 MB each: 24 base, 117 node, 66 packages, 23 Stockwire.

FROM node:22.23-bookworm-slim AS build
WORKDIR /app
# Before the sources, so that a change of code does not install again.
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
COPY tools tools
RUN npm run build && rm dist/.tsbuildinfo && find dist -name '*.map' -delete

FROM node:22.23-bookworm-slim AS packages
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends tini
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without what only the launcher and the demo use, what only a compiler reads, and the compiler that comes as a peer of Swagger.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit --no-fund \
  && npm uninstall --omit=dev --no-audit --no-fund mongodb-memory-server-core pino-pretty \
  && rm -rf node_modules/typescript \
  && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' \) -delete
RUN mkdir /backups

# glibc, libstdc++ and certificates, and nothing else: no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=packages /usr/bin/tini-static /usr/local/bin/tini
COPY --from=build /usr/local/bin/node /usr/local/bin/node
# Makes the folder, as root's: WORKDIR would make one of the user whom the base names, who could then put another app there.
COPY --from=packages /app/node_modules /app/node_modules
WORKDIR /app
# A new volume here belongs to the user of the image.
COPY --from=packages --chown=65532:65532 /backups /backups
COPY --from=build /app/dist dist
# Readable by the user of the image, whatever the umask was of who checked them out.
COPY --chmod=444 package.json LICENSE deploy/docker/app.cjs deploy/docker/health.cjs ./

# Half of the threads may wait for names: those of a Redis that is away must not keep the others from being asked for.
ENV NODE_ENV=production \
    UV_THREADPOOL_SIZE=16 \
    HOST=0.0.0.0 \
    DATA_DIR=/tmp/stockwire
ARG APP=gateway
ENV APP=${APP}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Stockwire ${APP}" \
      org.opencontainers.image.description="A self-hosted, real-time inventory system: a stock ledger that you can subscribe to." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The files are root's: an app can't change its own code. It writes nowhere but to /tmp.
USER 65532:65532
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["node", "health.cjs"]
# Signals reach node also while it starts, when it has no handler yet and would be deaf as number 1.
ENTRYPOINT ["tini", "--"]
# The heap flags have to stand here: V8 takes them from the command line only.
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=40", "--v8-pool-size=1", "app.cjs"]
