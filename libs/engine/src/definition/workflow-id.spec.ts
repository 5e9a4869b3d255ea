import { InvalidWorkflowError } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { formatWorkflowId, makeWorkflowId, parseReference, parseWorkflowId } from './workflow-id.js';

describe('a full id', () => {
  it('has its version after the last @ and its name after the last dot before it', () => {
    expect(parseWorkflowId('shop.orders.ship@1.2')).toEqual({
      nameSpace: 'shop.orders',
      name: 'ship',
      version: '1.2.0',
    });
  });

  it('reads what format wrote', () => {
    const id = makeWorkflowId('shop', 'größe 2', '1.0.0-beta.1');
    expect(parseWorkflowId(formatWorkflowId(id))).toEqual(id);
  });

  it.each(['hello', 'my.hello', 'hello@1', 'my.hello@', 'my.hello@x', '.hello@1', 'a..b@1'])(
    '%s is refused',
    (text) => {
      expect(() => parseWorkflowId(text)).toThrow(InvalidWorkflowError);
    },
  );
});

describe('a reference', () => {
  it.each([
    ['hello', { nameSpace: null, name: 'hello', version: null }],
    ['my.hello', { nameSpace: 'my', name: 'hello', version: null }],
    ['hello@1.0', { nameSpace: null, name: 'hello', version: '1.0' }],
  ])('%s may lack parts', (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
  });
});

describe('the parts', () => {
  it.each([
    ['my', 'a@b'],
    ['my', 'a.b'],
    ['my', ''],
    ['my', ' a'],
    ['my', 'a/b'],
    ['my', '#'],
    ['', 'a'],
    ['my.', 'a'],
    ['my@1', 'a'],
    ['my', 'a'.repeat(101)],
    ['my', 'ä'.repeat(51)],
    ['my', undefined as unknown as string],
  ])('%s and %s are refused', (nameSpace, name) => {
    expect(() => makeWorkflowId(nameSpace, name, 1)).toThrow(InvalidWorkflowError);
  });

  it('take what workflow-es authors write', () => {
    expect(makeWorkflowId('default', 'data-workflow', 1).name).toBe('data-workflow');
    expect(makeWorkflowId('default', 'Order workflow', 1).name).toBe('Order workflow');
  });
});
