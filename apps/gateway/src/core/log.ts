import { Inject } from '@nestjs/common';

/** Token of the process's log: pino's Logger is an interface, and Nest injects by class or token. */
export const LOG = Symbol('log');

/** Injects the process's log. */
export function InjectLog(): ParameterDecorator {
  return Inject(LOG);
}
