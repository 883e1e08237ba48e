import { createLog, OpsServer } from '@app/common';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../../apps/gateway/src/app.module';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';

export const PREFIX = '/api/v1';

/** The gateway as far as its documents need it: a preview instantiates nothing, so no database is needed to know the routes. */
export async function gatewayPreview(): Promise<INestApplication> {
  const config = Object.assign(new GatewayConfig(), {
    internalToken: '-'.repeat(32),
    jwtSecret: '-'.repeat(32),
    mongodbUri: 'mongodb://127.0.0.1/none',
  });
  const module = AppModule.of(config, createLog('docs', 'silent'), new OpsServer('docs'));
  const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false, preview: true });
  app.setGlobalPrefix(PREFIX);
  return app;
}
