import type { LedgerEvent } from '@app/contracts';
import * as sse from './sse';

const now = { epoch: 'e1', position: 40 };

describe('the frames of a stream', () => {
  it('carry the place as id and the event as one line', () => {
    const event = { epoch: 'e1', position: 42, note: 'two\nlines' } as LedgerEvent;
    expect(sse.frame(event, JSON.stringify(event))).toBe(
      'id: e1:42\ndata: {"epoch":"e1","position":42,"note":"two\\nlines"}\n\n',
    );
  });

  it('end with an empty line each, and a heartbeat has an id but no data', () => {
    expect(sse.reset(now)).toBe('event: reset\nid: e1:40\ndata: {"epoch":"e1","position":40}\n\n');
    expect(sse.heartbeat(now)).toMatch(/^: .*\nid: e1:40\n\n$/);
  });
});

describe('where a stream begins', () => {
  it.each([
    [{}, now],
    [{ after: '7' }, { epoch: 'e1', position: 7 }],
    [
      { after: '7', epoch: 'e0' },
      { epoch: 'e0', position: 7 },
    ],
    [{ after: 'e0:7' }, { epoch: 'e0', position: 7 }],
    [
      { lastEventId: 'e1:9', after: '7' },
      { epoch: 'e1', position: 9 },
    ],
    [{ lastEventId: '' }, now],
    // Not one of ours: a place of no ledger, which is answered with a reset.
    [{ lastEventId: 'nonsense' }, { epoch: '', position: 0 }],
  ])('%j', (request, place) => {
    expect(sse.placeOf(request, now)).toEqual(place);
  });

  it.each(['', 'x', '-1', '1.5', 'a:b:1', `${'e'.repeat(65)}:1`, '9'.repeat(16)])('refuses after=%s', (after) => {
    expect(() => sse.placeOf({ after }, now)).toThrow(expect.objectContaining({ code: 'validation' }));
  });
});
