import {
  WorkflowAmbiguousError,
  WorkflowConflictError,
  WorkflowNotFoundError,
} from '@workflow-runner/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import { compile } from './compiled-definition.js';
import { WorkflowRegistry } from './registry.js';

class Task extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

const define = (
  nameSpace: string,
  name: string,
  version: string | number,
  build = (builder: WorkflowBuilder<unknown>): unknown => builder.startWith(Task),
) => compile({ nameSpace, name, version, category: 'workflow', component: { build } });

let registry: WorkflowRegistry;
const found = (id: string, version?: string | number) => registry.resolve(id, version).workflowId;

beforeEach(() => {
  registry = new WorkflowRegistry();
  registry.register(define('my', 'hello', '2.0'));
  registry.register(define('my', 'hello', '10'));
  registry.register(define('my', 'hello', 1));
  registry.register(define('my', 'other', 1));
});

describe('resolve', () => {
  it('finds by full id, by name space and name, and by bare name', () => {
    expect(found('my.hello@2.0.0')).toBe('my.hello@2.0.0');
    expect(found('my.hello@2')).toBe('my.hello@2.0.0');
    expect(found('my.hello', 2)).toBe('my.hello@2.0.0');
    expect(found('hello', '2')).toBe('my.hello@2.0.0');
    expect(found('hello@2.0')).toBe('my.hello@2.0.0');
  });

  it('takes the highest version when none is given', () => {
    expect(found('my.hello')).toBe('my.hello@10.0.0');
    expect(found('hello')).toBe('my.hello@10.0.0');
  });

  it('finds 1, 1.0 and 1.0.0 equal', () => {
    for (const version of [1, '1', '1.0', '1.0.0']) expect(found('hello', version)).toBe('my.hello@1.0.0');
  });

  it.each<[string, string | number | undefined]>([
    ['nobody', undefined],
    ['your.hello', undefined],
    ['hello', 3],
    ['hello', 'latest?'],
    ['hello@', undefined],
    ['my.hello@2', 1],
    ['my.hello@2.0.0', 1],
    ['', undefined],
  ])('knows no %s in version %s', (id, version) => {
    expect(() => registry.resolve(id, version)).toThrow(WorkflowNotFoundError);
  });

  it('asks back when a bare name stands in two name spaces', () => {
    registry.register(define('your', 'hello', 1));
    const candidates = (version?: number) => {
      try {
        registry.resolve('hello', version);
      } catch (error) {
        return error instanceof WorkflowAmbiguousError && error.candidates;
      }
      return undefined;
    };
    expect(candidates()).toEqual(['my.hello@10.0.0', 'your.hello@1.0.0']);
    expect(candidates(1)).toEqual(['my.hello@1.0.0', 'your.hello@1.0.0']);
    expect(candidates(2)).toEqual(['my.hello@2.0.0', 'your.hello@1.0.0']);
    expect(found('your.hello')).toBe('your.hello@1.0.0');
  });
});

describe('register', () => {
  it('keeps the first of the same id and shape', () => {
    const [first] = registry.all();
    expect(registry.register(define('my', 'hello', '2.0.0'))).toBe(first);
    expect(registry.all()).toHaveLength(4);
  });

  it('refuses the same id with another shape', () => {
    const other = define('my', 'hello', 2, (builder) => builder.startWith(Task).then(Task));
    expect(() => registry.register(other)).toThrow(WorkflowConflictError);
    expect(registry.byWorkflowId('my.hello@2.0.0')?.steps).toHaveLength(1);
  });
});

describe('unregister', () => {
  it('forgets that one only', () => {
    expect(registry.unregister('my.hello@10').workflowId).toBe('my.hello@10.0.0');
    expect(registry.byWorkflowId('my.hello@10.0.0')).toBeUndefined();
    expect(found('hello')).toBe('my.hello@2.0.0');
    registry.unregister('other');
    expect(() => registry.resolve('other')).toThrow(WorkflowNotFoundError);
  });

  it('refuses what is not registered', () => {
    expect(() => registry.unregister('nobody')).toThrow(WorkflowNotFoundError);
  });
});
