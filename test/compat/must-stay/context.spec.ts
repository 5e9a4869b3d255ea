import { ExecutionResult, type StepContext } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Gate, Trace, workflow } from '../trace.js';

describe('must stay 6: the step context', () => {
  it('holds workflow, step, pointer, persistenceData and item', async () => {
    const seen: unknown[] = [];
    const look = new Trace().step('Look', (context) => {
      const { workflow: instance, step, pointer, persistenceData, item } = context;
      seen.push([
        instance.workflowDefinitionId,
        instance.version,
        step.name,
        pointer.stepId,
        persistenceData,
        item,
      ]);
      return persistenceData === null ? ExecutionResult.persist('kept') : ExecutionResult.next();
    });
    const each = workflow('look', (b) =>
      b
        .startWith(new Trace().step('A'))
        .foreach(() => ['x'])
        .do((then) => then.startWith(look).name('named')),
    );
    const lab = await Lab.open([each]);
    await lab.run('look');
    expect(seen).toEqual([
      ['look', 1, 'named', 2, null, 'x'],
      ['look', 1, 'named', 2, 'kept', 'x'],
    ]);
  });

  it('lets a step change the data in place', async () => {
    const write = new Trace().step('Write', ({ workflow: { data } }) => {
      (data.list as number[]).push(2);
      data.more = { deep: true };
    });
    const lab = await Lab.open([workflow('write', (b) => b.startWith(write))]);
    const { data } = await lab.run('write', { list: [1] });
    expect(data).toEqual({ list: [1, 2], more: { deep: true } });
  });

  it('gives steps that run at once one and the same data object', async () => {
    const objects = new Set<unknown>();
    const both = new Gate();
    const meet = new Trace().step('Meet', async ({ workflow: { data } }: StepContext) => {
      objects.add(data);
      const counter = data as { here: number };
      counter.here += 1;
      if (counter.here === 2) both.open();
      await both.opened;
    });
    const parallel = workflow('meet', (b) =>
      b
        .startWith(new Trace().step('A'))
        .parallel()
        .do((then) => then.startWith(meet))
        .do((then) => then.startWith(meet))
        .join(),
    );
    const lab = await Lab.open([parallel]);
    const { data } = await lab.run('meet', { here: 0 });
    expect(data).toEqual({ here: 2 });
    expect(objects.size).toBe(1);
  });
});
