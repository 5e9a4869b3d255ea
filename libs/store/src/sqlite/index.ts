export {
  loadDriver,
  type Bindings,
  type Driver,
  type Opener,
  type SqlValue,
  type Statement,
} from './driver.js';
export type { SqliteStoreOptions } from './options.js';
export { SqliteStore } from './sqlite-store.js';
export type { WriteAheadLog } from './write-ahead-log.js';
