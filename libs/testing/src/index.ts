export { ManualClock } from './manual-clock.js';
export { describeStoreContract } from './store-contract/describe-store-contract.js';
export type { MakeStore, StoreFeatures, StoreUnderTest } from './store-contract/lab.js';
