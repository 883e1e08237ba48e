import mongoose from 'mongoose';
import { ImportsMongo } from '../apps/gateway/src/imports/imports.mongo';
import { testDatabase, type TestDatabase } from './support/databases';

describe('the file of an import', () => {
  let database: TestDatabase;
  let connection: mongoose.Connection;

  beforeAll(async () => {
    database = await testDatabase();
    connection = await mongoose.createConnection(database.mongoUri).asPromise();
  });

  afterAll(async () => {
    await connection?.close();
    await database?.drop();
  });

  async function read(imports: ImportsMongo, id: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of imports.readFile(id)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  it('is read as it was written, and one that lost a part is not taken for whole', async () => {
    const imports = new ImportsMongo(connection);
    const content = Buffer.from(Array.from({ length: 5 * 400_000 }, (_, at) => at % 251));
    const file = imports.openFile();
    for (let at = 0; at < content.length; at += 400_000) await file.write(content.subarray(at, at + 400_000));
    await file.end();
    expect((await read(imports, file.id)).equals(content)).toBe(true);
    await connection.collection('importFiles.chunks').deleteOne({ n: 1 });
    await expect(read(imports, file.id)).rejects.toThrow('is not whole');
    await file.discard();
    await expect(read(imports, file.id)).rejects.toThrow('is not whole');
  });
});
