import {
  createLog,
  endOnSignals,
  loadConfig,
  measurePool,
  nestLog,
  openSchema,
  OpsServer,
  run,
  startTracing,
  tcpServer,
} from '@app/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import { NotificationConfig } from './notification.config';
import { SocketAdapter } from './realtime/socket.config';

run(async () => {
  const config = loadConfig(NotificationConfig);
  const log = createLog('notification', config.logLevel);
  await startTracing('notification', config, log);
  const ops = new OpsServer('notification');
  await ops.listen(config.host, config.opsPort);
  const app = await NestFactory.create(AppModule.of(config, log, ops), new FastifyAdapter(), { logger: nestLog(log) });
  app.useWebSocketAdapter(new SocketAdapter(app));
  app.connectMicroservice(tcpServer({ host: config.host, port: config.tcpPort, token: config.internalToken, log }));
  endOnSignals(app, log, ops);
  measurePool(app, ops.registry);
  await openSchema(app, { log });
  await app.startAllMicroservices();
  await app.listen(config.port, config.host);
  log.info({ port: config.port }, 'listening');
});
