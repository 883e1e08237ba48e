import { createLog, expectedFailure } from '@app/common';
import type { Line, Operation } from '@app/contracts';
import mongoose from 'mongoose';
import { ItemsMongo } from '../apps/inventory/src/items/items.mongo';
import type { Command } from '../apps/inventory/src/ledger/command';
import { LedgerMongo } from '../apps/inventory/src/ledger/ledger.mongo';
import { CommitFailure, type Batch, type Conflict } from '../apps/inventory/src/ledger/ledger.repository';
import { LedgerService } from '../apps/inventory/src/ledger/ledger.service';
import { LedgerWriter, type WriterOptions } from '../apps/inventory/src/ledger/ledger.writer';
import type { Outcome } from '../apps/inventory/src/ledger/outcome';
import { Verification } from '../apps/inventory/src/ledger/verification';
import { LocationRegistry } from '../apps/inventory/src/locations/location-registry.service';
import { LocationsMongo } from '../apps/inventory/src/locations/locations.mongo';
import { OrdersMongo } from '../apps/inventory/src/orders/orders.mongo';
import { HoldRegistry } from '../apps/inventory/src/reservations/hold-registry.service';
import { Random } from '../tools/prove/random';
import { testDatabase, type TestDatabase } from './support/databases';

const ITEMS = Array.from({ length: 12 }, (_, at) => at.toString(16).padStart(24, 'a'));
const CLIENTS = 32;
const COMMANDS = 4_000;

/** The real store, whose commits fail before or after they are done. */
class Unreliable extends LedgerMongo {
  before: () => Conflict['kind'] | undefined = () => undefined;
  after: () => boolean = () => false;

  override async commit(batch: Batch): Promise<void> {
    const conflict = this.before();
    if (conflict) throw new CommitFailure({ kind: conflict } as Conflict, undefined);
    await super.commit(batch);
    if (this.after()) throw new CommitFailure({ kind: 'unknown' }, undefined);
  }
}

let operations = 0;
function operation(): Operation {
  const id = String(operations++).padStart(32, '0');
  return { id, keyed: true, fingerprint: id, actor: { kind: 'user', id: 'u', name: 'ana' } };
}

function movement(...lines: Line[]): Extract<Command, { kind: 'move' }> {
  return { kind: 'move', operation: operation(), lines, circumstances: {} };
}

describe('a writer whose commits fail', () => {
  let database: TestDatabase;
  let connection: mongoose.Connection;
  let repository: Unreliable;
  let items: ItemsMongo;
  let writer: LedgerWriter;
  let attempts: number[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    connection = await mongoose.createConnection(database.mongoUri).asPromise();
    repository = new Unreliable(connection);
    items = new ItemsMongo(connection);
    const orders = new OrdersMongo(connection);
    const places = new LocationRegistry(new LocationsMongo(connection));
    const holds = new HoldRegistry(orders, 1_000);
    const [ledger, log] = [new LedgerService(repository), createLog('test', 'silent')];
    const onGroup: WriterOptions['onGroup'] = (group) => attempts.push(group.attempts);
    const options = { address: 'here:1', queue: 1_000, states: 1_000, log, leads: () => true, onGroup };
    writer = new LedgerWriter(repository, items, ledger, places, orders, holds, options);
    await writer.start();
    await writer.submit({
      kind: 'location',
      operation: operation(),
      change: { do: 'open', location: { code: 'shop', name: 'Shop' } },
    });
    for (const itemId of ITEMS)
      await writer.submit({ kind: 'create', operation: operation(), itemId, item: { name: 'thing', quantity: 100 } });
    attempts = [];
  });

  afterAll(async () => {
    await writer.stop();
    await connection.close();
    await database.drop();
  });

  it('loses nothing, doubles nothing and answers the truth, in thousands of commands of every kind', async () => {
    const seed = Date.now() % 1_000_000;
    const random = new Random(seed);
    const done = new Map<string, Outcome>();
    const codes = new Map<string, number>();
    repository.before = () => {
      const kinds = ['position', 'operation', 'away', 'locations'] as const;
      return random.chance(0.05) ? random.pick(kinds) : undefined;
    };
    repository.after = () => random.chance(0.03);
    const past: Command[] = [];
    const client = async (): Promise<void> => {
      for (let count = 0; count < COMMANDS / CLIENTS; count++) {
        const command = past.length > 0 && random.chance(0.1) ? random.pick(past.slice(-CLIENTS)) : commandOf(random);
        if (command.kind !== 'look') past.push(command);
        const outcome = await writer.submit(command).catch((error: unknown) => {
          const code = expectedFailure(error)?.code ?? String(error);
          codes.set(code, (codes.get(code) ?? 0) + 1);
        });
        if (!outcome || command.kind === 'look') continue;
        const before = done.get(command.operation.id);
        const positions = ({ events }: Outcome): number[] => events.map(({ position }) => position);
        if (before) expect([seed, positions(outcome)]).toEqual([seed, positions(before)]);
        done.set(command.operation.id, outcome);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    repository.before = () => undefined;
    repository.after = () => false;
    // Holds end by themselves: nothing may be written any more while the ledger is walked.
    await writer.stop();

    const verification = new Verification();
    const operationAt = new Map<number, string>();
    const { position } = await repository.tail();
    for (let after = 0; after < position;) {
      const page = await repository.range({ after, upTo: position, limit: 1_000 });
      for (const entry of page) {
        verification.add(entry);
        operationAt.set(entry.event.position, entry.event.operationId);
      }
      after = page.at(-1)?.event.position ?? position;
    }
    for await (const stored of items.all()) verification.compare(stored, []);
    expect([seed, verification.faults]).toEqual([seed, []]);
    const lost = [...done].filter(([id, { events }]) => events.some(({ position: at }) => operationAt.get(at) !== id));
    expect([seed, lost]).toEqual([seed, []]);
    expect([...codes.keys()]).toEqual(expect.arrayContaining(['insufficient-stock']));
    expect([...codes.keys()]).not.toEqual(expect.arrayContaining(['internal']));
    expect(attempts.filter((count) => count > 1).length).toBeGreaterThan(3);
  }, 60_000);
});

function commandOf(random: Random): Command {
  const item = (): string => random.pick(ITEMS);
  const what = random.next();
  if (what < 0.04) return { kind: 'look', itemId: item() };
  if (what < 0.07) return { kind: 'update', operation: operation(), itemId: item(), changes: { name: 'other' } };
  if (what < 0.1) return { kind: 'update', operation: operation(), itemId: item(), changes: { quantity: 50 } };
  if (what < 0.12) return { kind: 'delete', operation: operation(), itemId: item() };
  if (what < 0.16) return { kind: 'restore', operation: operation(), itemId: item() };
  if (what < 0.18) {
    const lines = [{ itemId: item(), location: 'main', quantity: random.whole(1, 4) }];
    const change = { do: 'reserve', lines, ttlSeconds: 1 } as const;
    return { kind: 'reservation', operation: operation(), id: String(operations).padStart(24, 'e'), change };
  }
  const lines = Array.from({ length: random.whole(1, 3) }, (): Line => {
    const location = random.chance(0.05) ? 'shop' : 'main';
    const type = random.chance(0.03) ? 'count' : random.pick(['receive', 'issue', 'issue'] as const);
    return { itemId: item(), type, quantity: random.whole(1, 30), location };
  });
  const effectiveAt = random.chance(0.04) ? new Date(Date.now() - random.whole(1, 3_000)).toISOString() : undefined;
  return { ...movement(...lines), circumstances: effectiveAt === undefined ? {} : { effectiveAt } };
}
