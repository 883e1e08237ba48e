import type { Caller } from '@app/contracts';
import type { Authenticator } from '@app/identity';
import { Controller, Get, Module, type ExecutionContext } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { RequestLimits } from '../throttle/request-limits.service';
import { AccessGuard } from './access.guard';
import { Public, Roles } from './policy';
import { routesWithoutPolicy } from './routes';

@Controller('things')
class Things {
  @Get('open')
  @Public()
  open(): void {}

  @Get('clerks')
  @Roles('clerk')
  clerks(): void {}

  @Get('forgotten')
  forgotten(): void {}

  notARoute(): void {}
}

@Controller('managed')
@Roles('manager')
class Managed {
  @Get()
  list(): void {}

  @Get('all')
  @Roles('admin')
  all(): void {}
}

const clerk: Caller = {
  kind: 'user',
  id: 'a'.repeat(24),
  name: 'ana',
  role: 'clerk',
  sessionId: 'b'.repeat(24),
  expiresAt: null,
};

/** Counts by caller, and takes back. */
function setUp(cached: Caller | undefined): { guard: AccessGuard; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const add = (caller: string, by: number): void => void counts.set(caller, (counts.get(caller) ?? 0) + by);
  const limits: Pick<RequestLimits, 'count' | 'uncount'> = {
    count: (_request, _reply, caller) => add(caller, 1),
    uncount: (_request, caller) => add(caller, -1),
  };
  const authenticator: Pick<Authenticator, 'cached' | 'authenticate'> = {
    cached: () => cached,
    authenticate: (credential) => (credential === 'good' ? Promise.resolve(clerk) : Promise.reject(new Error('bad'))),
  };
  return { guard: new AccessGuard(authenticator as Authenticator, limits as RequestLimits), counts };
}

type Route = 'open' | 'clerks' | 'forgotten';

function context(route: Route, token?: string, controller: object = Things): ExecutionContext {
  const headers = token === undefined ? {} : { authorization: `bearer ${token}` };
  const args = [{ method: 'GET', ip: '10.0.0.1', headers }, {}];
  const handler = Things.prototype[route];
  const part = { getClass: () => controller, getHandler: () => handler, getArgByIndex: (index: number) => args[index] };
  return part as unknown as ExecutionContext;
}

describe('the guard of every route', () => {
  it('lets anyone in where that was said, and counts for the address', () => {
    const { guard, counts } = setUp(undefined);
    expect(guard.canActivate(context('open', 'whatever'))).toBe(true);
    expect(Object.fromEntries(counts)).toEqual({ '10.0.0.1': 1 });
  });

  it('serves nobody on a route without a policy', () => {
    const { guard } = setUp({ ...clerk, role: 'admin' });
    expect(() => guard.canActivate(context('forgotten', 'good'))).toThrow('Things.forgotten has no policy');
  });

  it('lets a known caller in without a promise, and counts for it alone', () => {
    const { guard, counts } = setUp(clerk);
    expect(guard.canActivate(context('clerks', 'good'))).toBe(true);
    expect(Object.fromEntries(counts)).toEqual({ [clerk.id]: 1 });
  });

  it('refuses a role that is too low', () => {
    const { guard } = setUp({ ...clerk, role: 'viewer' });
    expect(() => guard.canActivate(context('clerks', 'good'))).toThrow('forbidden');
  });

  it('moves the count of an unknown caller from its address to it, once it is known', async () => {
    const { guard, counts } = setUp(undefined);
    await guard.canActivate(context('clerks', 'good'));
    expect(Object.fromEntries(counts)).toEqual({ '10.0.0.1': 0, [clerk.id]: 1 });
  });

  it('leaves the count of a bad credential, and of none, with the address', async () => {
    const { guard, counts } = setUp(undefined);
    await expect(guard.canActivate(context('clerks', 'bad'))).rejects.toThrow('bad');
    expect(() => guard.canActivate(context('clerks'))).toThrow('unauthenticated');
    expect(Object.fromEntries(counts)).toEqual({ '10.0.0.1': 2 });
  });
});

describe('the walk through the routes', () => {
  @Module({ imports: [DiscoveryModule], controllers: [Things, Managed] })
  class App {}

  it('names the one that nobody said anything about', async () => {
    const app = await Test.createTestingModule({ imports: [App] }).compile();
    const open = routesWithoutPolicy(app.get(DiscoveryService), new MetadataScanner());
    expect(open).toEqual(['Things.forgotten']);
  });
});
