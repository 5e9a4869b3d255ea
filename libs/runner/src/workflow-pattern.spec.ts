import { describe, expect, it } from 'vitest';
import { matchesWorkflow } from './workflow-pattern.js';

describe('matchesWorkflow', () => {
  it.each([
    ['*', 'shop.order@1.0.0', true],
    ['shop.*', 'shop.order@1.0.0', true],
    ['shop.*', 'shopping.order@1.0.0', false],
    ['shop.order', 'shop.order@1.0.0', true],
    ['shop.order', 'shop.orders@1.0.0', false],
    ['*.order', 'shop.eu.order@2.0.0', true],
    ['shop.order@1.*', 'shop.order@1.2.0', true],
    ['shop.order@1.*', 'shop.order@2.1.0', false],
    ['s*p.*er', 'shop.order@1.0.0', true],
    ['shop*shop', 'shop@1.0.0', false],
    ['(a+)+*', 'shop.order@1.0.0', false],
  ])('%s and %s: %s', (pattern, workflowId, expected) => {
    expect(matchesWorkflow(pattern, workflowId)).toBe(expected);
  });
});
