import { DomainError } from '@app/common';
import { readSubscribe, readToken, readUnsubscribe } from './requests';

const ID = '65a1b2c3d4e5f60718293a4b';
const epoch = 'b1f0';

function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'validation') throw error;
    return error.extra.errors?.map(({ field }) => field).join();
  }
}

describe('a subscription request', () => {
  it('names a room, and perhaps a place and a way', () => {
    expect(readSubscribe({ room: 'items' })).toEqual({ room: 'items', batch: false });
    const since = { epoch, position: 7 };
    const request = { room: `item:${ID}`, itemId: ID, since, batch: true };
    expect(readSubscribe({ room: `item:${ID}`, since, batch: true })).toEqual(request);
  });

  it.each([
    [undefined, 'request'],
    [null, 'request'],
    ['items', 'request'],
    [[], 'request'],
    [[{ room: 'items' }], 'request'],
    [7, 'request'],
    [{}, 'room'],
    [{ room: null }, 'room'],
    [{ room: ['items'] }, 'room'],
    [{ room: 'orders' }, 'room'],
    [{ room: 'item:' }, 'room'],
    [{ room: `item:${ID} ` }, 'room'],
    [{ room: `item:${ID.toUpperCase()}` }, 'room'],
    [{ room: 'item:__proto__' }, 'room'],
    [{ room: 'x'.repeat(15_000) }, 'room'],
    [{ room: { $gt: '' } }, 'room'],
    [{ room: 'items', batch: 'true' }, 'batch'],
    [{ room: 'items', batch: null }, 'batch'],
    [{ room: 'items', extra: 1 }, 'extra'],
    [JSON.parse('{"room": "items", "__proto__": {}}'), '__proto__'],
    [{ room: 'items', since: null }, 'since'],
    [{ room: 'items', since: 5 }, 'since'],
    [{ room: 'items', since: [] }, 'since'],
    [{ room: 'items', since: {} }, 'since.epoch'],
    [{ room: 'items', since: { position: 5 } }, 'since.epoch'],
    [{ room: 'items', since: { epoch: 'x'.repeat(65), position: 5 } }, 'since.epoch'],
    [{ room: 'items', since: { epoch } }, 'since.position'],
    [{ room: 'items', since: { epoch, position: -1 } }, 'since.position'],
    [{ room: 'items', since: { epoch, position: 0.5 } }, 'since.position'],
    [{ room: 'items', since: { epoch, position: 2 ** 53 } }, 'since.position'],
    [{ room: 'items', since: { epoch, position: '5' } }, 'since.position'],
    [{ room: 'items', since: { epoch, position: NaN } }, 'since.position'],
    [{ room: 'items', since: { epoch, position: 5, offset: 1 } }, 'since.offset'],
  ])('%j is refused because of %s', (payload, field) => {
    expect(faultOf(() => readSubscribe(payload))).toBe(field);
  });
});

it('the other requests are as strict', () => {
  expect(readUnsubscribe({ room: 'items' })).toEqual({ room: 'items' });
  expect(faultOf(() => readUnsubscribe({ room: 'items', batch: true }))).toBe('batch');
  expect(readToken({ token: 'abc' })).toBe('abc');
  for (const token of [undefined, '', 5, 'x'.repeat(4_097)]) expect(faultOf(() => readToken({ token }))).toBe('token');
});
