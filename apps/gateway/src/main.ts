import 'reflect-metadata';
import { createLog, loadConfig, run } from '@app/common';
import { GatewayConfig } from './gateway.config';
import { startGateway } from './server';

run(async () => {
  const config = loadConfig(GatewayConfig);
  await startGateway(config, createLog('gateway', config.logLevel));
});
