export * from './audit-hash.js';
export * from './verify-chain.js';
