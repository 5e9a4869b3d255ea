import { InvalidWorkflowError } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import { compile } from './compiled-definition.js';
import { WorkflowRegistry } from './registry.js';
import { WorkflowLimits } from './workflow-limits.js';

class Task extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

const define = (version: string | number, concurrency?: unknown, name = 'order', nameSpace = 'shop') =>
  compile({
    ...{ nameSpace, name, version, category: 'workflow' },
    component: { build: (builder: WorkflowBuilder<unknown>) => builder.startWith(Task) },
    ...(concurrency === undefined ? {} : { concurrency: concurrency as number }),
  });

describe('concurrency', () => {
  it.each([0, -1, 1.5, 10_001, Infinity, NaN, '5', true, {}])('is refused as %s, by name', (concurrency) => {
    const error = (() => {
      try {
        return define(1, concurrency);
      } catch (thrown) {
        return thrown;
      }
    })();

    expect(error).toBeInstanceOf(InvalidWorkflowError);
    expect((error as Error).message).toContain('shop.order@1');
    expect((error as Error).message).toContain('concurrency');
  });

  it.each([1, 10_000])('may be %s', (concurrency) => {
    expect(define(1, concurrency).concurrency).toBe(concurrency);
  });

  it.each([undefined, null])('is no limit as %s', (concurrency) => {
    expect(define(1, concurrency).concurrency).toBeNull();
  });

  it('is no part of the definition: another limit is the same workflow', () => {
    expect(define(1, 5).hash).toBe(define(1, 6).hash);
    expect(define(1, 5).hash).toBe(define(1).hash);
  });

  it('cannot be two things at once in one process', () => {
    const registry = new WorkflowRegistry();
    const first = registry.register(define(1, 5));

    expect(registry.register(define('1.0', 5))).toBe(first);
    expect(() => registry.register(define(1, 6))).toThrow(InvalidWorkflowError);
    expect(() => registry.register(define(1))).toThrow(InvalidWorkflowError);
    registry.unregister('shop.order@1');
    expect(registry.register(define(1, 6)).concurrency).toBe(6);
  });
});

describe('the limits of what is registered', () => {
  it('are none where no workflow has one', () => {
    expect(new WorkflowLimits([define(1), define(2)]).list).toBeUndefined();
    expect(new WorkflowLimits([]).of({ nameSpace: 'shop', name: 'order' })).toBeNull();
  });

  it('are those of the newest versions, in whatever order they came', () => {
    const versions = [define('2.0', 2), define('10.0', 10), define('9.0', 9)];
    expect(new WorkflowLimits(versions).list).toEqual([{ nameSpace: 'shop', name: 'order', limit: 10 }]);
    expect(new WorkflowLimits([...versions, define('11.0')]).list).toBeUndefined();
  });

  it('are told apart by name space and name', () => {
    const limits = new WorkflowLimits([define(1, 1), define(1, 2, 'invoice'), define(1, 3, 'order', 'web')]);

    expect(limits.list).toHaveLength(3);
    expect(limits.of({ nameSpace: 'shop', name: 'order' })).toBe(1);
    expect(limits.of({ nameSpace: 'shop', name: 'invoice' })).toBe(2);
    expect(limits.of({ nameSpace: 'web', name: 'order' })).toBe(3);
    expect(limits.of({ nameSpace: 'web', name: 'invoice' })).toBeNull();
  });
});
