import { Gate } from './gate';

describe('a gate', () => {
  it('lets in so many, the others in order, and refuses who comes when too many wait', async () => {
    const gate = new Gate(2, 2);
    const open: (() => void)[] = [];
    const entered: number[] = [];
    const enter = (number: number): Promise<void> =>
      gate.run(() => {
        entered.push(number);
        return new Promise((resolve) => open.push(resolve));
      });
    const work = [1, 2, 3, 4].map(enter);
    await expect(enter(5)).rejects.toMatchObject({ code: 'overloaded' });
    expect(entered).toEqual([1, 2]);
    for (let index = 0; index < 4; index++) {
      open[index]?.();
      await work[index];
      await Promise.resolve();
    }
    expect(entered).toEqual([1, 2, 3, 4]);
    expect(gate.busy).toBe(0);
  });

  it('gives its place back when the work fails', async () => {
    const gate = new Gate(1, 1);
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.run(() => Promise.resolve(1))).resolves.toBe(1);
  });

  it('gives up waiting after a while, and nobody loses a turn by it', async () => {
    const gate = new Gate(1, 5);
    let finish = (): void => undefined;
    const first = gate.run(() => new Promise<void>((resolve) => (finish = resolve)));
    const impatient = gate.run(() => Promise.resolve('never'), 10);
    const patient = gate.run(() => Promise.resolve('in'));
    await expect(impatient).rejects.toMatchObject({ code: 'overloaded' });
    finish();
    await first;
    await expect(patient).resolves.toBe('in');
  });
});
