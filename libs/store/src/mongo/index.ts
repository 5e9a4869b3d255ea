export type { Change, ChangeOptions, FindOptions, Index, MongoDriver, Terms, Watching } from './driver.js';
export type { CollectionName, Documents } from './collections.js';
export { MongoStore } from './mongo-store.js';
export type { MongoStoreOptions } from './options.js';
export type * from './documents.js';
