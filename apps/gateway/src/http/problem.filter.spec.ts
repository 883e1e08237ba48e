import { DomainError } from '@app/common';
import { HTTP_STATUS, TITLES } from '@app/contracts';
// oxlint-disable-next-line no-restricted-imports -- what the framework throws is what this is about
import { HttpException, NotFoundException } from '@nestjs/common';
import { toDomainError } from './problem.filter';

function fastifyError(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode, name: 'FastifyError' });
}

describe('what becomes of a failure', () => {
  it('an expected one stays what it is', () => {
    const error = new DomainError('insufficient-stock', 'only 3', { available: 3 });
    expect(toDomainError(error)).toBe(error);
  });

  it.each([
    [404, 'not-found'],
    [413, 'too-large'],
    [415, 'unsupported-media-type'],
    [400, 'validation'],
    [406, 'validation'],
    [414, 'validation'],
    [429, 'rate-limited'],
    [503, 'unavailable'],
  ])('the status %d of the framework is the code %s', (status, code) => {
    expect(toDomainError(new HttpException('x', status)).code).toBe(code);
    expect(toDomainError(fastifyError(status, 'x')).code).toBe(code);
  });

  it.each([
    new Error('E11000 duplicate key error collection: stockwire.items'),
    new TypeError('x is undefined'),
    fastifyError(500, 'mongodb://secret'),
    new HttpException('secret', 500),
    'a string',
    undefined,
  ])('what nobody expected says nothing: %s', (error) => {
    const failure = toDomainError(error);
    expect(failure).toMatchObject({ code: 'internal', detail: TITLES.internal, extra: {} });
    expect(HTTP_STATUS[failure.code]).toBe(500);
  });

  it.each([
    ['FST_ERR_BAD_URL', 400, 'path'],
    ['FST_ERR_MAX_PARAM_LENGTH', 414, 'path'],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400, 'request'],
  ])('a form that cannot be read names what is wrong: %s', (code, status, field) => {
    const failure = toDomainError(Object.assign(fastifyError(status, "'/x/<script>' is wrong"), { code }));
    expect(failure.extra.errors).toEqual([{ field, message: expect.any(String) }]);
    if (field === 'path') expect(failure.detail).not.toContain('script');
  });

  it('a missing route does not repeat the address into the text', () => {
    expect(toDomainError(new NotFoundException('Cannot GET /<script>')).detail).not.toContain('script');
  });
});
