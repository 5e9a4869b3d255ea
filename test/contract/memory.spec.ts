import { MemoryStore } from '@workflow-runner/store/memory';
import { describeStoreContract, ManualClock } from '@workflow-runner/testing';

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
