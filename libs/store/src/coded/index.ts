export { CodedStore, type CodedStoreOptions } from './coded-store.js';
