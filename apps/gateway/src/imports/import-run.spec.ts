import { createLog, DomainError, TcpClient } from '@app/common';
import {
  items,
  movements,
  type CreateItemCommand,
  type ImportError,
  type MoveBatchCommand,
  type RowResult,
} from '@app/contracts';
import { ANA } from '../../../../test/support/gateway';
import { ImportRun, Overtaken } from './import-run';
import type { ImportsRepository, Progress, StoredImport } from './imports.repository';
import { mappingOf } from './mapping';

const ROWS = 500;

/** What is kept of one import, and its file. */
class Kept {
  readonly progress: Progress[] = [];
  begunAt: number | undefined;
  overtaken = false;

  constructor(private readonly file: string) {}

  get errors(): ImportError[] {
    return this.progress.flatMap(({ errors }) => errors);
  }

  readonly repository = {
    begin: (_: string, line: number) => {
      this.begunAt = line;
      return Promise.resolve(this.errors.length);
    },
    readFile: () => [Buffer.from(this.file)],
    advance: (_: string, progress: Progress) => Promise.resolve(this.progress.push(progress) > 0 && !this.overtaken),
  } as unknown as ImportsRepository;
}

describe('a run of an import', () => {
  const header = ['sku', 'type', 'quantity'];
  const file = [header.join(), ...Array.from({ length: ROWS }, (_, row) => `S${row},receive,${row === 5 ? 'x' : 1}`)];
  let sent: number[][];
  let operations: Set<string>;
  let answer: (lines: number[], call: number) => RowResult[] | DomainError;
  let kept: Kept;

  beforeEach(() => {
    sent = [];
    operations = new Set();
    answer = (lines) => lines.map((row) => ({ row, status: 'applied' }));
    kept = new Kept(file.join('\n'));
  });

  const refused = (row: number, code: 'not-found' | 'overloaded'): RowResult => {
    const problem = { type: '', title: '', status: 404, code, detail: code };
    return { row, status: 'rejected', problem };
  };

  function inventory(): TcpClient {
    const client = new TcpClient({ addresses: [], token: '', log: createLog('test', 'silent'), maxInFlight: 1 });
    jest.spyOn(client, 'call').mockImplementation(async (message, command) => {
      expect(message).toBe(movements.batch);
      const { rows } = command as MoveBatchCommand;
      const call = sent.push(rows.map(({ row }) => row));
      for (const { operation } of rows) operations.add(operation.id);
      await new Promise(setImmediate);
      const results = answer(sent[call - 1] ?? [], call);
      if (results instanceof DomainError) throw results;
      return { results, position: 0 };
    });
    return client;
  }

  function run(
    over: Partial<StoredImport> = {},
    client = inventory(),
    signal = new AbortController().signal,
  ): Promise<void> {
    const mapping = mappingOf('movements', header, undefined);
    const job = { id: 'i', kind: 'movements', mapping, delimiter: ',', line: 0, applied: 0, rejected: 0, actor: ANA };
    const reader = { changed: () => undefined, catalogueChanged: () => undefined };
    const parts = { imports: kept.repository, inventory: client, reader, signal, onRows: () => undefined };
    return new ImportRun({ ...job, ...over } as StoredImport, parts).run();
  }

  it('sends every good row once, in order, 200 at a time, as an operation of its own', async () => {
    await run();
    const lines = Array.from({ length: ROWS }, (_, row) => row + 2).filter((line) => line !== 7);
    expect(sent.flat()).toEqual(lines);
    expect(sent.every((chunk) => chunk.length <= 200)).toBe(true);
    expect(operations.size).toBe(ROWS - 1);
    expect(kept.progress.at(-1)).toMatchObject({ line: ROWS + 1, applied: ROWS - 1, rejected: 1 });
    expect(kept.errors).toMatchObject([{ line: 7, column: 'quantity' }]);
  });

  it('tells by line and column what the inventory refused', async () => {
    answer = (lines) => lines.map((row) => (row % 125 === 0 ? refused(row, 'not-found') : { row, status: 'applied' }));
    await run();
    expect(kept.errors.map(({ line, column }) => [line, column])).toEqual([
      [7, 'quantity'],
      [125, 'sku'],
      [250, 'sku'],
      [375, 'sku'],
      [500, 'sku'],
    ]);
    expect(kept.progress.at(-1)).toMatchObject({ applied: ROWS - 5, rejected: 5 });
  });

  it('goes on after the line that is done, with the counts of before, and the same operations', async () => {
    await run();
    const all = operations;
    operations = new Set();
    sent = [];
    await run({ line: 201, applied: 199, rejected: 1 });
    expect(kept.begunAt).toBe(201);
    expect(sent.flat()[0]).toBe(202);
    expect([...operations].every((id) => all.has(id))).toBe(true);
    expect(kept.progress.at(-1)).toMatchObject({ line: ROWS + 1, applied: ROWS - 1, rejected: 1 });
  });

  it('sends no row before what comes before it is decided, so that each finds what those left', async () => {
    answer = (lines, call) => {
      if (call === 1) return new DomainError('timeout', 'nobody knows');
      if (call === 3) return lines.map((row) => (row >= 300 ? refused(row, 'overloaded') : { row, status: 'applied' }));
      return lines.map((row) => ({ row, status: 'applied' }));
    };
    await run();
    expect(sent.map(([line]) => line)).toEqual([2, 2, 202, 300, 402]);
    expect(kept.progress.at(-1)).toMatchObject({ line: ROWS + 1, applied: ROWS - 1, rejected: 1 });
  });

  it('does not decide a row anew that was refused before the first that was not decided', async () => {
    answer = (lines, call) => {
      if (call > 1) return lines.map((row) => ({ row, status: 'applied' }));
      return lines.map((row) =>
        row < 20 ? refused(row, 'not-found') : row < 30 ? { row, status: 'applied' } : refused(row, 'overloaded'),
      );
    };
    await run();
    expect(sent[1]?.[0]).toBe(30);
    expect(kept.progress.at(-1)).toMatchObject({ line: ROWS + 1, rejected: 18 });
  });

  it('ends when another run has overtaken it, and when it is told to', async () => {
    kept.overtaken = true;
    await expect(run()).rejects.toBeInstanceOf(Overtaken);
    kept.overtaken = false;
    const stopping = new AbortController();
    answer = () => {
      stopping.abort();
      return new DomainError('unavailable', 'away');
    };
    await expect(run({}, inventory(), stopping.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('fails with what nobody expected', async () => {
    answer = () => new DomainError('internal', 'a bug');
    await expect(run()).rejects.toMatchObject({ code: 'internal' });
  });

  it('creates items one by one', async () => {
    const client = inventory();
    const names: string[] = [];
    jest.spyOn(client, 'call').mockImplementation((message, command) => {
      expect(message).toBe(items.create);
      const { item } = command as CreateItemCommand;
      names.push(item.name);
      if (item.name === 'b')
        return Promise.reject(new DomainError('duplicate', 'taken', { errors: [{ field: 'sku', message: '' }] }));
      return Promise.resolve({ body: { id: 'x', seq: 1 }, position: 1, replayed: false });
    });
    kept = new Kept('name,Code\na,1\nb,2\nc,3\n');
    const mapping = mappingOf('items', ['name', 'Code'], 'Code:sku');
    await run({ kind: 'items', mapping }, client);
    expect(names).toEqual(['a', 'b', 'c']);
    expect(kept.errors).toEqual([{ line: 3, column: 'Code', message: 'taken' }]);
  });
});
