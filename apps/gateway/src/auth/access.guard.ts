import { DomainError } from '@app/common';
import { includesRole, type Caller, type Role } from '@app/contracts';
import { Authenticator } from '@app/identity';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf, RequestLimits } from '../throttle/request-limits.service';
import { credentialOf } from './credential';
import { policyOf, type Policy } from './policy';

/**
 * Lets a request pass when its caller has requests left and its route's policy says so. A route without a policy is a mistake
 * and serves nobody. For a credential that was seen before there is no await on the way: this stands in front of every request.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  /** Reading metadata by reflection for each request costs more than all the rest here. */
  private readonly policies = new WeakMap<object, WeakMap<object, Policy>>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly limits: RequestLimits,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = this.policies.get(context.getClass())?.get(context.getHandler()) ?? this.learn(context);
    const request = context.getArgByIndex<FastifyRequest>(0);
    const reply = context.getArgByIndex<FastifyReply>(1);
    if (policy === 'public') {
      this.limits.count(request, reply, addressOf(request));
      return true;
    }
    const credential = credentialOf(request.headers);
    const known = credential === undefined ? undefined : this.authenticator.cached(credential);
    return known ? this.enter(request, reply, known, policy) : this.meet(request, reply, credential, policy);
  }

  /** A caller that was not seen before counts for its address until it has shown who it is: guessing keys is limited, too. */
  private meet(
    request: FastifyRequest,
    reply: FastifyReply,
    credential: string | undefined,
    policy: Role,
  ): boolean | Promise<boolean> {
    const address = addressOf(request);
    this.limits.count(request, reply, address);
    if (!credential) throw new DomainError('unauthenticated', 'Send an access token or an API key.');
    const enter = (caller: Caller): boolean => {
      this.limits.uncount(request, address);
      return this.enter(request, reply, caller, policy);
    };
    const caller = this.authenticator.authenticate(credential);
    return caller instanceof Promise ? caller.then(enter) : enter(caller);
  }

  private enter(request: FastifyRequest, reply: FastifyReply, caller: Caller, policy: Role): true {
    this.limits.count(request, reply, caller.id);
    request.caller = caller;
    if (includesRole(caller.role, policy)) return true;
    throw new DomainError('forbidden', `This needs the role ${policy}.`);
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
