import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { policyOf } from './policy';

/** Nest's mark on a method that serves a route. */
const PATH = 'path';

/** Handlers of routes that nobody said anything about: `Controller.method`. */
export function routesWithoutPolicy(discovery: DiscoveryService, scanner: MetadataScanner): string[] {
  return discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, (...args: never[]) => unknown>;
    return scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const handler = prototype[name];
        return handler && Reflect.hasMetadata(PATH, handler) && policyOf(metatype, handler) === undefined;
      })
      .map((name) => `${metatype.name}.${name}`);
  });
}
