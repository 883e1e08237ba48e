import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mongo } from 'mongoose';
import { article, type Article } from './article';

interface PlainItem extends Article {
  _id: mongo.ObjectId;
  reserved: number;
  createdAt: Date;
  updatedAt: Date;
}

interface Line {
  itemId: string;
  quantity: number;
}

interface Reservation {
  _id: mongo.ObjectId;
  itemId: mongo.ObjectId;
  quantity: number;
  status: 'held' | 'fulfilled';
  expiresAt: Date;
}

interface Change {
  itemId: mongo.ObjectId;
  type: string;
  before: number;
  after: number;
  reason: string;
  at: Date;
}

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/**
 * The plain way, as most systems do it, and at its best: one raw HTTP process, the driver, one transaction for each change,
 * one `findOne` for each read. No authentication, no validation, no log, no index beyond those it uses.
 */
class PlainServer {
  private readonly items: mongo.Collection<PlainItem>;
  private readonly history: mongo.Collection<Change>;
  private readonly reservations: mongo.Collection<Reservation>;

  constructor(private readonly client: mongo.MongoClient) {
    this.items = client.db().collection('items');
    this.history = client.db().collection('history');
    this.reservations = client.db().collection('reservations');
  }

  async fill(count: number): Promise<void> {
    await this.items.createIndex({ name: 1, _id: 1 });
    await this.history.createIndex({ itemId: 1, _id: 1 });
    const at = new Date();
    const items = Array.from({ length: count }, (_, number): PlainItem => ({
      _id: new mongo.ObjectId(),
      ...article(number),
      reserved: 0,
      createdAt: at,
      updatedAt: at,
    }));
    await this.items.insertMany(items, DURABLE);
  }

  async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://plain');
    const [, collection, id, action] = pathname.split('/');
    if (collection === 'state') return { status: 200, body: await this.state() };
    if (collection === 'movements') return { status: 201, body: await this.move(await linesIn(request)) };
    if (collection === 'reservations') return this.onReservation(id, request);
    if (collection !== 'items') return { status: 404, body: {} };
    if (id === undefined) return { status: 200, body: await this.list(Number(searchParams.get('limit'))) };
    if (action === undefined) return { status: 200, body: await this.items.findOne({ _id: new mongo.ObjectId(id) }) };
    const { quantity, reason } = JSON.parse(await bodyOf(request)) as { quantity: number; reason: string };
    const change = [new mongo.ObjectId(id), quantity, reason] as const;
    if (action === 'adjust') return { status: 201, body: await this.adjust(...change) };
    return { status: 201, body: await this.adjustWithoutTransaction(...change) };
  }

  private adjust(_id: mongo.ObjectId, quantity: number, reason: string): Promise<unknown> {
    return this.inTransaction((session) => this.change(_id, quantity, reason, { session }));
  }

  private inTransaction<Result>(work: (session: mongo.ClientSession) => Promise<Result>): Promise<Result> {
    return this.client.withSession((session) => session.withTransaction(() => work(session), DURABLE));
  }

  /** All lines or none, each of another item, in three round trips: what was there, the changes, the history. */
  private move(lines: readonly Line[]): Promise<unknown> {
    const changes = lines.map(({ itemId, quantity }) => ({ itemId: new mongo.ObjectId(itemId), quantity }));
    const ids = changes.map(({ itemId }) => itemId);
    return this.inTransaction(async (session) => {
      const at = new Date();
      const before = await this.items.find({ _id: { $in: ids } }, { session }).toArray();
      const quantities = new Map(before.map((item) => [item._id.toString(), item.quantity]));
      const entries = changes.map(({ itemId, quantity }): Change => {
        const had = quantities.get(itemId.toString()) ?? 0;
        if (had + quantity < 0) throw new Error('there is too little');
        return { itemId, type: 'adjust', before: had, after: had + quantity, reason: 'bench', at };
      });
      const updates = entries.map(({ itemId: _id, after }) => {
        return { updateOne: { filter: { _id }, update: { $set: { quantity: after, updatedAt: at } } } };
      });
      await this.items.bulkWrite(updates, { session });
      await this.history.insertMany(entries, { session });
      return { lines: entries };
    });
  }

  private async onReservation(
    id: string | undefined,
    request: IncomingMessage,
  ): Promise<{ status: number; body: unknown }> {
    if (id !== undefined) return { status: 200, body: await this.fulfil(new mongo.ObjectId(id)) };
    const [line] = await linesIn(request);
    if (!line) throw new Error('nothing is to be reserved');
    return { status: 201, body: await this.reserve(new mongo.ObjectId(line.itemId), line.quantity) };
  }

  private reserve(itemId: mongo.ObjectId, quantity: number): Promise<unknown> {
    return this.inTransaction(async (session) => {
      const free = { $expr: { $gte: [{ $subtract: ['$quantity', '$reserved'] }, quantity] } };
      const change = { $inc: { reserved: quantity }, $set: { updatedAt: new Date() } };
      const { modifiedCount } = await this.items.updateOne({ _id: itemId, ...free }, change, { session });
      if (modifiedCount === 0) throw new Error('there is too little');
      const expiresAt = new Date(Date.now() + 600_000);
      const held: Reservation = { _id: new mongo.ObjectId(), itemId, quantity, status: 'held', expiresAt };
      await this.reservations.insertOne(held, { session });
      const { _id: id, ...rest } = held;
      return { id, ...rest };
    });
  }

  private fulfil(_id: mongo.ObjectId): Promise<unknown> {
    return this.inTransaction(async (session) => {
      const held = await this.reservations.findOneAndUpdate(
        { _id, status: 'held' },
        { $set: { status: 'fulfilled' } },
        { session, returnDocument: 'after' },
      );
      if (!held) throw new Error('it is closed');
      const { itemId, quantity, status } = held;
      const at = new Date();
      const taken = { $inc: { quantity: -quantity, reserved: -quantity }, $set: { updatedAt: at } };
      const item = await this.items.findOneAndUpdate({ _id: itemId }, taken, { session, returnDocument: 'after' });
      const after = item?.quantity ?? 0;
      const change = { itemId, type: 'issue', before: after + quantity, after, reason: 'bench', at };
      await this.history.insertOne(change, { session });
      return { id: _id, itemId, quantity, status };
    });
  }

  /** Gives up that both happen or none: what is lost in safety is won in speed when many want the same item. */
  private adjustWithoutTransaction(_id: mongo.ObjectId, quantity: number, reason: string): Promise<unknown> {
    return this.change(_id, quantity, reason, DURABLE);
  }

  private async change(
    _id: mongo.ObjectId,
    quantity: number,
    reason: string,
    options: { session: mongo.ClientSession } | typeof DURABLE,
  ): Promise<unknown> {
    const at = new Date();
    const item = await this.items.findOneAndUpdate(
      { _id, quantity: { $gte: -quantity } },
      { $inc: { quantity }, $set: { updatedAt: at } },
      { ...options, returnDocument: 'after' },
    );
    if (!item) throw new Error('there is too little');
    const before = item.quantity - quantity;
    const change = { itemId: _id, type: 'adjust', before, after: item.quantity, reason, at };
    await this.history.insertOne(change, options);
    return { itemId: _id, before, after: item.quantity };
  }

  private list(limit: number): Promise<PlainItem[]> {
    return this.items.find().sort({ name: 1, _id: 1 }).limit(limit).toArray();
  }

  private async state(): Promise<unknown> {
    const [total] = await this.items.aggregate([{ $group: { _id: null, sum: { $sum: '$quantity' } } }]).toArray();
    const ids = await this.items.find().sort({ _id: 1 }).project<{ _id: mongo.ObjectId }>({ _id: 1 }).toArray();
    return {
      pieces: total?.sum as number,
      entries: await this.history.countDocuments(),
      ids: ids.map(({ _id }) => _id),
    };
  }
}

async function linesIn(request: IncomingMessage): Promise<Line[]> {
  return (JSON.parse(await bodyOf(request)) as { lines: Line[] }).lines;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

async function main(): Promise<void> {
  const { PLAIN_URI = '', PLAIN_PORT, PLAIN_ITEMS } = process.env;
  const client = await new mongo.MongoClient(PLAIN_URI, DURABLE).connect();
  const plain = new PlainServer(client);
  await plain.fill(Number(PLAIN_ITEMS));
  const server = createServer((request, response) => {
    plain.answer(request).then(
      ({ status, body }) => send(response, status, body),
      (error: Error) => send(response, 500, { error: error.message }),
    );
  });
  server.listen(Number(PLAIN_PORT), '127.0.0.1');
}

void main();
