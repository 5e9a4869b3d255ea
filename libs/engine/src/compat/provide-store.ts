import { NotInitializedError, type Clock, type Store } from '@workflow-runner/contract';

/** Makes a store that nobody has opened yet. */
export type StoreFactory = (clock: Clock) => Store;

let factory: StoreFactory | null = null;

/**
 * Says what `MemoryPersistenceProvider` and a configuration without `usePersistence` keep their instances in.
 *
 * workflow-es makes its memory provider without arguments, and the engine must not import a store: so whoever puts the
 * two together hands the store in, once, for example `provideStore((clock) => new MemoryStore({ clock }))`.
 * Code that chooses its store itself needs none of this: `usePersistence(new StorePersistenceProvider(store))`.
 */
export function provideStore(make: StoreFactory): void {
  factory = make;
}

/** @throws {NotInitializedError} nobody has provided one */
export function makeStore(clock: Clock): Store {
  if (factory) return factory(clock);
  throw new NotInitializedError(
    'The store behind MemoryPersistenceProvider',
    'call provideStore((clock) => new MemoryStore({ clock })) once, or usePersistence(new StorePersistenceProvider(store))',
  );
}
