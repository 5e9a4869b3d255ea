export * from './workflow-health.indicator.js';
export * from './workflow-observe.module.js';
