import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mongo } from 'mongoose';
import { article, type Article } from './article';

interface PlainItem extends Article {
  _id: mongo.ObjectId;
  createdAt: Date;
  updatedAt: Date;
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

  constructor(private readonly client: mongo.MongoClient) {
    this.items = client.db().collection('items');
    this.history = client.db().collection('history');
  }

  async fill(count: number): Promise<void> {
    await this.items.createIndex({ name: 1, _id: 1 });
    await this.history.createIndex({ itemId: 1, _id: 1 });
    const at = new Date();
    const items = Array.from({ length: count }, (_, number): PlainItem => ({
      _id: new mongo.ObjectId(),
      ...article(number),
      createdAt: at,
      updatedAt: at,
    }));
    await this.items.insertMany(items, DURABLE);
  }

  async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://plain');
    const [, collection, id, action] = pathname.split('/');
    if (collection === 'state') return { status: 200, body: await this.state() };
    if (collection !== 'items') return { status: 404, body: {} };
    if (id === undefined) return { status: 200, body: await this.list(Number(searchParams.get('limit'))) };
    if (action === undefined) return { status: 200, body: await this.items.findOne({ _id: new mongo.ObjectId(id) }) };
    const { quantity, reason } = JSON.parse(await bodyOf(request)) as { quantity: number; reason: string };
    const change = [new mongo.ObjectId(id), quantity, reason] as const;
    if (action === 'adjust') return { status: 201, body: await this.adjust(...change) };
    return { status: 201, body: await this.adjustWithoutTransaction(...change) };
  }

  private adjust(_id: mongo.ObjectId, quantity: number, reason: string): Promise<unknown> {
    return this.client.withSession((session) =>
      session.withTransaction(() => this.change(_id, quantity, reason, { session }), DURABLE),
    );
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
      adjusts: await this.history.countDocuments(),
      ids: ids.map(({ _id }) => _id),
    };
  }
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
