export { describeStoreContract } from './describe-store-contract.js';
export type { MakeStore, StoreFeatures, StoreUnderTest } from './lab.js';
