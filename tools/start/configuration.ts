import 'reflect-metadata';
import { ConfigError, loadConfig } from '@app/common';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { InventoryConfig } from '../../apps/inventory/src/inventory.config';
import { NotificationConfig } from '../../apps/notification/src/notification.config';

/** Everything that is wrong with the settings of the apps, each fault once. */
export function configurationFaults(env: NodeJS.ProcessEnv): string[] {
  return [...new Set([GatewayConfig, InventoryConfig, NotificationConfig].flatMap((type) => faultsOf(type, env)))];
}

function faultsOf(type: new () => object, env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(type, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}
