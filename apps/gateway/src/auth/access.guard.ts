import { DomainError } from '@app/common';
import { includesRole, type Caller, type Role } from '@app/contracts';
import { Authenticator } from '@app/identity';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { credentialOf } from './credential';
import { policyOf, type Policy } from './policy';

/**
 * Lets a request pass when its route's policy says so. A route without a policy is a mistake and serves nobody. For a
 * credential that was seen before there is no await on the way: this stands in front of every request.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  /** Reading metadata by reflection for each request costs more than all the rest here. */
  private readonly policies = new WeakMap<object, WeakMap<object, Policy>>();

  constructor(private readonly authenticator: Authenticator) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = this.policies.get(context.getClass())?.get(context.getHandler()) ?? this.learn(context);
    if (policy === 'public') return true;
    const request = context.getArgByIndex<FastifyRequest>(0);
    if (request.caller) return admit(request.caller, policy);
    const credential = credentialOf(request.headers);
    if (!credential) throw new DomainError('unauthenticated', 'Send an access token or an API key.');
    const caller = this.authenticator.authenticate(credential);
    return caller instanceof Promise
      ? caller.then((found) => this.enter(request, found, policy))
      : this.enter(request, caller, policy);
  }

  private enter(request: FastifyRequest, caller: Caller, policy: Role): boolean {
    request.caller = caller;
    return admit(caller, policy);
  }

  private learn(context: ExecutionContext): Policy {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    const policy = policyOf(controller, handler);
    if (policy === undefined) throw new Error(`${controller.name}.${handler.name} has no policy`);
    const ofController = this.policies.get(controller) ?? new WeakMap<object, Policy>();
    this.policies.set(controller, ofController.set(handler, policy));
    return policy;
  }
}

function admit({ role }: Caller, needed: Role): true {
  if (includesRole(role, needed)) return true;
  throw new DomainError('forbidden', `This needs the role ${needed}.`);
}
