import { describe, expect, it } from 'vitest';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import { compile } from './compiled-definition.js';
import { graphOf } from './definition-graph.js';
import { decodeShape, encodeShape, hashOf, sameSteps, shapeOf } from './definition-shape.js';

class Task extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}
class Other extends Task {}
class Undo extends Task {}

const define = (build: (builder: WorkflowBuilder<unknown>) => unknown) =>
  compile({ nameSpace: 'my', name: 'w', version: 1, category: 'workflow', component: { build } });
const shape = (build: (builder: WorkflowBuilder<unknown>) => unknown) => shapeOf(define(build));

const waiting = (b: WorkflowBuilder<unknown>) => b.startWith(Task).waitFor('e', () => 'k');

describe('a hash', () => {
  it('is the same for the same steps with other functions and values', () => {
    const one = define((b) => b.startWith(Task).delay(() => 1));
    const two = define((b) =>
      b
        .startWith(Task)
        .delay(() => 1000 * 2)
        .input(() => {}),
    );
    expect(one.hash).toBe(two.hash);
    expect(one.hash).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf(decodeShape(one.shape))).toBe(one.hash);
  });

  it.each<[string, (b: WorkflowBuilder<unknown>) => unknown]>([
    ['another body', (b) => b.startWith(Task).then(Other)],
    ['another name', (b) => b.startWith(Task).then(Task).name('x')],
    ['one step more', (b) => b.startWith(Task).then(Task).then(Task)],
    ['a compensation', (b) => b.startWith(Task).then(Task).compensateWith(Undo)],
    [
      'an edge back',
      (b) => {
        const first = b.startWith(Task);
        return first.then(Task).thenStep(first);
      },
    ],
    [
      'a child for an edge',
      (b) => {
        const first = b.startWith(Task);
        return first.do((then) => then.startWith(Task));
      },
    ],
  ])('differs with %s', (_what, build) => {
    expect(hashOf(shape(build))).not.toBe(hashOf(shape((b) => b.startWith(Task).then(Task))));
  });
});

describe('sameSteps', () => {
  const old = shape((b) => waiting(b).then(Task).then(Other));

  it('sees a step inserted behind the waiting step, though the id of its successor stays', () => {
    const inserted = shape((b) => waiting(b).then(Other).then(Task).then(Other));
    expect(sameSteps(old, inserted, [1])).toBe(false);
    expect(sameSteps(old, inserted, [0])).toBe(true);
  });

  it('lets pass a change further on', () => {
    const appended = shape((b) => waiting(b).then(Task).then(Other).then(Task));
    expect(sameSteps(old, appended, new Set([0, 1, 2]))).toBe(true);
    expect(sameSteps(old, appended, [3])).toBe(false);
  });

  it('refuses a step that either lacks', () => {
    const shorter = shape((b) => waiting(b).then(Task));
    expect(sameSteps(old, shorter, [3])).toBe(false);
    expect(sameSteps(shorter, old, [3])).toBe(false);
  });

  it('is not deceived by a name that looks like an edge', () => {
    const edge = shape((b) => b.startWith(Task).name('a').then(Task).name('b'));
    const name = shape((b) => b.startWith(Task).name('a >1:"Task":b'));
    expect(sameSteps(edge, name, [0])).toBe(false);
  });
});

describe('an encoded shape', () => {
  it('comes back as it was', () => {
    const original = shape((b) =>
      waiting(b)
        .compensateWith(Undo)
        .when(() => 1)
        .then(Task)
        .name('\ud800'),
    );
    expect(decodeShape(encodeShape(original))).toEqual(original);
  });

  it.each(['', 'null', '[]', '{"format":2,"graph":{"nodes":[],"edges":[]}}', '{"format":1}'])(
    'that cannot be read (%s) equals none',
    (text) => {
      const own = shape((b) => b.startWith(Task));
      expect(sameSteps(decodeShape(text), own, [0])).toBe(false);
    },
  );
});

describe('a graph', () => {
  it('holds the steps and every edge, and calls no function of the author', () => {
    const approved = () => {
      throw new Error('called');
    };
    const graph = graphOf(
      define((b) => {
        const first = b.startWith(Task).compensateWith(Undo);
        first.when(approved).then(Other);
        first.when(() => approved()).then(Task);
        first.if(approved).do((then) => then.startWith(Task));
      }),
    );
    expect(graph.nodes.map((node) => node.kind)).toEqual(['Task', 'Undo', 'Other', 'Task', 'If', 'Task']);
    expect(graph.edges).toEqual([
      { from: 0, to: 2, type: 'next', label: 'approved' },
      { from: 0, to: 3, type: 'next', label: 'when' },
      { from: 0, to: 4, type: 'next' },
      { from: 0, to: 1, type: 'compensation' },
      { from: 4, to: 5, type: 'child' },
    ]);
  });
});
