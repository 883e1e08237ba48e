import { Levels, type LevelState } from './levels';

const level = (onHand: number): LevelState => ({ onHand, reserved: 0, unavailable: 0, incoming: 0, countedAt: null });
const code = (number: number): string => `shop-${String(number).padStart(3, '0')}`;

describe('the levels of an item', () => {
  it('are what was put there last, at 500 locations, and those of before stay as they were', () => {
    const model = new Map<string, LevelState>();
    let levels = Levels.of({});
    for (let step = 0; step < 5_000; step++) {
      const location = code((step * 7_919) % 500);
      const before = levels;
      const old = before.at(location);
      levels = levels.with(location, level(step));
      model.set(location, level(step));
      expect(before.at(location)).toBe(old);
      expect(levels.changesSince(before)).toEqual([[location, old, level(step)]]);
    }
    expect(levels.toRecord()).toEqual(Object.fromEntries(model));
    expect(levels.locations()).toEqual([...model.keys()].sort());
  });

  it('tell all that changed since, however long ago, and nothing else', () => {
    const before = Levels.of(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [code(at), level(at)])));
    let levels = before;
    for (let at = 0; at < 40; at++) levels = levels.with(code(at), level(1_000 + at));
    const changes = levels.changesSince(before).sort(([one], [other]) => (one < other ? -1 : 1));
    expect(changes).toEqual(Array.from({ length: 40 }, (_, at) => [code(at), level(at), level(1_000 + at)]));
  });

  it('do not get slower in kind with their number: an event copies a dozen of them', () => {
    const many = Levels.of(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [code(at), level(at)])));
    const begun = process.cpuUsage();
    for (let at = 0; at < 16; at++) for (let again = 0; again < 500; again++) many.with(code(at), level(again));
    // Copying 20,000 levels 8,000 times takes half a minute.
    expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(2_000);
  });
});
