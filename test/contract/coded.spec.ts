import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describeStoreContract, type StoreUnderTest } from '@workflow-runner/testing/store-contract';
import { aesCodec, asyncCodec, behindCodec } from './coded-lab.js';
import { makeSqlite } from './sqlite-lab.js';

async function makeMemory(): Promise<StoreUnderTest> {
  const clock = new ManualClock();
  const store = new MemoryStore({ clock });
  await store.open();
  return { store, clock, dispose: () => store.close() };
}

const IN_MEMORY = { persists: false, hasSchema: false, refusesValues: false };

describeStoreContract(
  'CodedStore over MemoryStore',
  async () => behindCodec(await makeMemory(), aesCodec()),
  IN_MEMORY,
);

describeStoreContract('CodedStore over SqliteStore', async () => behindCodec(await makeSqlite(), aesCodec()));

describeStoreContract(
  'CodedStore with an asynchronous codec',
  async () => behindCodec(await makeMemory(), asyncCodec(aesCodec())),
  IN_MEMORY,
);

describeStoreContract('CodedStore over SqliteStore with an asynchronous codec', async () =>
  behindCodec(await makeSqlite(), asyncCodec(aesCodec())),
);
