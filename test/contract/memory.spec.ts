import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describeStoreContract } from '@workflow-runner/testing/store-contract';

describeStoreContract(
  'MemoryStore',
  async () => {
    const clock = new ManualClock();
    const store = new MemoryStore({ clock });
    await store.open();
    return { store, clock, dispose: () => store.close() };
  },
  { persists: false, hasSchema: false, refusesValues: false },
);
