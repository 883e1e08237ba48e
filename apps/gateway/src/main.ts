import 'reflect-metadata';
import { createLog, loadConfig, run, startTracing } from '@app/common';
import { GatewayConfig } from './gateway.config';
import { startGateway } from './server';

run(async () => {
  const config = loadConfig(GatewayConfig);
  const log = createLog('gateway', config.logLevel);
  await startTracing('gateway', config, log);
  await startGateway(config, log);
});
