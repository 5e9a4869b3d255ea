import { expect, it } from 'vitest';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { itemsOn } from './items.js';

describeOnMongo('unique indexes', (server) => {
  const { fresh, holding } = itemsOn(server);

  it('an error names the index and the key', async () => {
    const items = await holding({ _id: 1, tenant: 't', key: 1 }, { _id: 2, tenant: 't', key: 2 });
    await items.createIndex({ tenant: 1, key: 1 }, { unique: true, name: 'byKey' });
    const error = {
      code: 11_000,
      message: expect.stringMatching(/ index: byKey dup key: { tenant: "t", key: 1 }/) as string,
    };
    await expect(items.updateOne({ _id: 2 }, { $set: { key: 1 } })).rejects.toMatchObject(error);
    await expect(items.insertOne({ tenant: 't', key: 1 })).rejects.toMatchObject(error);
    await expect(items.insertOne({ _id: 1 })).rejects.toThrow(/ index: _id_ dup key: { _id: 1 }/);
  });

  it('a field that is missing is there once, unless the index is sparse', async () => {
    const [plain, sparse] = [fresh(), fresh()];
    await plain.createIndex({ a: 1 }, { unique: true });
    await sparse.createIndex({ a: 1, b: 1 }, { unique: true, sparse: true });
    for (const items of [plain, sparse]) await items.insertOne({ other: 1 });
    await expect(plain.insertOne({ other: 2 })).rejects.toHaveProperty('code', 11_000);
    await sparse.insertMany([{ other: 2 }, { a: 1 }]);
    await expect(sparse.insertOne({ a: 1 })).rejects.toHaveProperty('code', 11_000);
  });

  it('an index over the elements of an array holds between documents', async () => {
    const items = fresh();
    await items.createIndex({ 'subs.id': 1 }, { unique: true });
    await items.insertOne({ subs: [{ id: 1 }, { id: 2 }] });
    await expect(items.insertOne({ subs: [{ id: 3 }, { id: 2 }] })).rejects.toHaveProperty('code', 11_000);
  });

  it('an index may be asked for twice and is listed once', async () => {
    const items = fresh();
    for (let i = 0; i < 2; i += 1)
      await items.createIndexes([{ key: { a: 1, b: -1 }, name: 'ab', sparse: true }]);
    const listed = await items.indexes();
    expect(listed.map(({ name }) => name).sort()).toEqual(['_id_', 'ab']);
    expect(listed).toContainEqual(
      expect.objectContaining({ name: 'ab', key: { a: 1, b: -1 }, sparse: true }),
    );
  });
});
