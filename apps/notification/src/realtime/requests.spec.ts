import { DomainError } from '@app/common';
import { readAnnounce, readSubscribe, readToken, readUnsubscribe, readUnwatch, readWatch } from './requests';

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
    expect(readSubscribe({ room: 'items' })).toMatchObject({ place: { room: 'items', filter: {} }, batch: false });
    const since = { epoch, position: 7 };
    const place = { room: `item:${ID}`, kind: 'item', filter: { itemId: ID } };
    expect(readSubscribe({ room: `item:${ID}`, since, batch: true })).toEqual({ place, since, batch: true });
  });

  it.each([
    ['alerts', { alerts: true }],
    ['location:shop', { location: 'shop' }],
    ['category:tea', { category: 'tea' }],
    ['category:a: b|batch', { category: 'a: b|batch' }],
    [`category:${'é'.repeat(100)}`, { category: 'é'.repeat(100) }],
  ])('knows the room %s', (room, filter) => {
    expect(readSubscribe({ room }).place).toMatchObject({ room, filter });
  });

  it('takes a category however its letters are put together', () => {
    expect(readSubscribe({ room: 'category:cafe\u0301' }).place.room).toBe('category:caf\u00e9');
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
    [{ room: 'alerts:' }, 'room'],
    [{ room: 'location:' }, 'room'],
    [{ room: 'location' }, 'room'],
    [{ room: 'location:a b' }, 'room'],
    [{ room: 'location:a.b' }, 'room'],
    [{ room: 'location:__proto__' }, 'room'],
    [{ room: `location:${'x'.repeat(65)}` }, 'room'],
    [{ room: 'category:' }, 'room'],
    [{ room: 'category: ' }, 'room'],
    [{ room: 'category:a\nb' }, 'room'],
    [{ room: `category:${'x'.repeat(101)}` }, 'room'],
    [{ room: 'category:\ud800' }, 'room'],
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
  expect(readUnsubscribe({ room: 'items' })).toMatchObject({ room: 'items' });
  expect(faultOf(() => readUnsubscribe({ room: 'items', batch: true }))).toBe('batch');
  expect(readToken({ token: 'abc' })).toBe('abc');
  for (const token of [undefined, '', 5, 'x'.repeat(4_097)]) expect(faultOf(() => readToken({ token }))).toBe('token');
});

describe('a watch', () => {
  it('arms again one above what it watches for, unless it says otherwise', () => {
    expect(readWatch({ itemId: ID, below: 0 })).toEqual({ itemId: ID, below: 0, rearmAt: 1 });
    expect(readWatch({ itemId: ID, below: 5, rearmAt: 50 })).toEqual({ itemId: ID, below: 5, rearmAt: 50 });
    expect(readUnwatch({ itemId: ID })).toEqual({ itemId: ID });
  });

  it.each([
    [null, 'request'],
    [[], 'request'],
    [{}, 'itemId'],
    [{ itemId: 'x', below: 1 }, 'itemId'],
    [{ itemId: { constructor: 1 }, below: 1 }, 'itemId'],
    [{ itemId: ID }, 'below'],
    [{ itemId: ID, below: -1 }, 'below'],
    [{ itemId: ID, below: 0.5 }, 'below'],
    [{ itemId: ID, below: '5' }, 'below'],
    [{ itemId: ID, below: null }, 'below'],
    [{ itemId: ID, below: Infinity }, 'below'],
    [{ itemId: ID, below: 1_000_000_001 }, 'below'],
    [{ itemId: ID, below: 5, rearmAt: 5 }, 'rearmAt'],
    [{ itemId: ID, below: 5, rearmAt: null }, 'rearmAt'],
    [{ itemId: ID, below: 5, above: 6 }, 'above'],
  ])('%j is refused because of %s', (payload, field) => {
    expect(faultOf(() => readWatch(payload))).toBe(field);
  });
});

describe('presence', () => {
  it('is a room and what is done there, or null', () => {
    expect(readAnnounce({ room: 'items', activity: 'cafe\u0301' })).toMatchObject({ activity: 'caf\u00e9' });
    expect(readAnnounce({ room: 'items', activity: null })).toMatchObject({ place: { room: 'items' }, activity: null });
  });

  it.each([
    [{ activity: 'x' }, 'room'],
    [{ room: 'items' }, 'activity'],
    [{ room: 'items', activity: '' }, 'activity'],
    [{ room: 'items', activity: 5 }, 'activity'],
    [{ room: 'items', activity: ['x'] }, 'activity'],
    [{ room: 'items', activity: 'a\u0000b' }, 'activity'],
    [{ room: 'items', activity: 'x'.repeat(101) }, 'activity'],
    [{ room: 'items', activity: 'x', name: 'bob' }, 'name'],
  ])('%j is refused because of %s', (payload, field) => {
    expect(faultOf(() => readAnnounce(payload))).toBe(field);
  });
});
