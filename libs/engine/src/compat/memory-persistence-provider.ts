import { SystemClock } from '../host/system.js';
import { makeStore } from './provide-store.js';
import { StorePersistenceProvider } from './store-persistence-provider.js';

/** The provider that workflow-es's own examples and tests are written with, over what `provideStore` was told. */
export class MemoryPersistenceProvider extends StorePersistenceProvider {
  /** @throws {NotInitializedError} nobody has provided a store */
  constructor() {
    super(makeStore(new SystemClock()));
  }
}
