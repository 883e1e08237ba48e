import { HTTP_STATUS, TITLES } from '@app/contracts';
import { DomainError, expectedFailure, invalid, problemOf } from './domain.errors';

class DriverError extends Error {
  constructor(
    override readonly name: string,
    readonly code?: number,
  ) {
    super('connection 5 to 10.0.0.1:27017 closed');
  }
}

describe('failures', () => {
  it('have a status and a title for every code', () => {
    expect(Object.keys(HTTP_STATUS).sort()).toEqual(Object.keys(TITLES).sort());
    for (const status of Object.values(HTTP_STATUS)) expect(status).toBeGreaterThanOrEqual(400);
  });

  it('become problem details, without what is for the transport', () => {
    const error = new DomainError('insufficient-stock', 'Only 2.', { available: 2, retryAfter: 1 });
    expect(problemOf(error, { instance: '/x', requestId: 'r' })).toEqual({
      type: '/problems/insufficient-stock',
      code: 'insufficient-stock',
      title: TITLES['insufficient-stock'],
      status: 409,
      detail: 'Only 2.',
      instance: '/x',
      requestId: 'r',
      available: 2,
    });
    const { type, status } = problemOf(new DomainError('not-found', 'None.', { type: 'x', status: 1, instance: '/y' }));
    expect([type, status]).toEqual(['/problems/not-found', 404]);
    expect(problemOf(invalid('cursor', 'is bad')).errors).toEqual([{ field: 'cursor', message: 'is bad' }]);
  });

  it.each([
    ['MongoNetworkError', undefined, 'unavailable'],
    ['MongoServerSelectionError', undefined, 'unavailable'],
    ['MongooseServerSelectionError', undefined, 'unavailable'],
    ['MongoServerError', 10_107, 'unavailable'],
    ['MongoServerError', 50, 'overloaded'],
  ])('of the database are expected: %s %s is %s, without its text', (name, code, expected) => {
    const failure = expectedFailure(new DriverError(name, code));
    expect(failure?.code).toBe(expected);
    expect(failure?.detail).not.toContain('10.0.0.1');
  });

  it('that nobody expects stay bugs', () => {
    expect(expectedFailure(new DriverError('MongoServerError', 11_000))).toBeUndefined();
    expect(expectedFailure(new TypeError('x is not a function'))).toBeUndefined();
  });
});
