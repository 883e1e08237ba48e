import { nameOf, superfluous } from './folders';

describe('the folders of backups', () => {
  const names = [1, 2, 3].map((day) => nameOf({ madeAt: `2026-01-0${day}T02:00:00.123Z`, position: 900 - day }));

  it('are in the order of their names', () => {
    expect(names[0]).toBe('stockwire-20260101T020000Z-899');
    expect([...names].sort()).toEqual(names);
  });

  it('go when there are too many, the oldest first', () => {
    expect(superfluous([...names].reverse(), 2)).toEqual([names[0]]);
    expect(superfluous(names, 3)).toEqual([]);
  });

  it('are never anything else that lies there', () => {
    expect(superfluous(['photos', '.partial-12', 'stockwire-20260101T020000Z-1.bak', names[0]!], 1)).toEqual([]);
  });
});
