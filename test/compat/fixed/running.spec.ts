import {
  IdempotencyConflictError,
  WaitTimedOutError,
  WorkflowConflictError,
  type InstanceStatus,
} from '@workflow-runner/contract';
import { compile, type StepContext } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { eventually, Lab } from '../harness.js';
import { Gate, permanent, Trace, workflow } from '../trace.js';

/** A workflow with one step that runs until its gate opens. */
function heldWorkflow(trace = new Trace()) {
  const gate = new Gate();
  const entered = new Gate();
  const held = workflow('held', (b) =>
    b
      .startWith(
        trace.step('Held', () => {
          entered.open();
          return gate.opened;
        }),
      )
      .then(trace.step('After')),
  );
  return { gate, entered, held, trace };
}

describe('fixed 11: running', () => {
  it('is bounded between workflows', async () => {
    const { gate, held, trace } = heldWorkflow();
    const lab = await Lab.open([held], { host: { maxConcurrentWorkflows: 2, pollIntervalMs: 5 } });
    const ids = [await lab.start('held'), await lab.start('held'), await lab.start('held')];
    await eventually(() => expect(trace.marks).toEqual(['Held', 'Held']));
    expect(lab.host.activeCount).toBe(2);
    expect(await lab.why(ids[2]!)).toMatchObject([{ waitingFor: 'slot' }]);
    gate.open();
    for (const id of ids) await lab.end(id);
    expect(trace.marks.filter((mark) => mark === 'Held')).toHaveLength(3);
  });

  it('pause, resume and terminate are obeyed while a step runs', async () => {
    const { gate, entered, held, trace } = heldWorkflow();
    const lab = await Lab.open([held]);
    const id = await lab.start('held');
    await entered.opened;
    await lab.ops.control(id, { action: 'pause' });
    gate.open();
    await lab.rests(id, 'paused');
    expect(trace.marks).toEqual(['Held']);
    await lab.ops.control(id, { action: 'resume' });
    expect((await lab.end(id)).record.status).toBe('completed');
    expect(trace.marks).toEqual(['Held', 'After']);

    const again = heldWorkflow();
    const other = await Lab.open([again.held]);
    const terminated = await other.start('held');
    await again.entered.opened;
    await other.ops.control(terminated, { action: 'terminate' });
    again.gate.open();
    expect((await other.end(terminated)).record.status).toBe('cancelled');
    expect(again.trace.marks).toEqual(['Held']);
  });

  it('terminate refuses a completed workflow and changes nothing', async () => {
    const lab = await Lab.open([workflow('one', (b) => b.startWith(new Trace().step('A')))]);
    const { id } = await lab.run('one');
    const refused = lab.ops.control(id, { action: 'terminate' });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    expect((await lab.ops.get(id))?.record.status).toBe<InstanceStatus>('completed');
  });
});

describe('fixed 12: what was missing', () => {
  it('steps are told their attempt and a key that stays the same over retries', async () => {
    const seen: [number, string][] = [];
    const flaky = new Trace().step('Flaky', ({ attempt, idempotencyKey }: StepContext) => {
      seen.push([attempt, idempotencyKey]);
      if (attempt < 3) throw new Error('not yet');
    });
    const lab = await Lab.open([workflow('flaky', (b) => b.startWith(flaky))]);
    const { id } = await lab.run('flaky');
    expect(seen).toEqual([1, 2, 3].map((attempt) => [attempt, `${id}:0`]));
  });

  it('instances can be listed, and every attempt stands in the history', async () => {
    const lab = await Lab.open([
      workflow('one', (b) => b.startWith(new Trace().step('A'))),
      workflow('broken', (b) => b.startWith(new Trace().failing('F', permanent('no')))),
    ]);
    await lab.run('one');
    const { id } = await lab.run('broken');
    const { items } = await lab.ops.list({ status: ['failed'] }, { limit: 10 });
    expect(items.map((record) => record.id)).toEqual([id]);
    expect(await lab.attempts(id)).toEqual(['F:failed']);
  });

  it('a start is repeated by its idempotency key, and refused when its data differ', async () => {
    const trace = new Trace();
    const lab = await Lab.open([workflow('one', (b) => b.startWith(trace.step('A')))]);
    const first = await lab.start('one', { a: 1 }, { idempotencyKey: 'key' });
    const second = await lab.start('one', { a: 1 }, { idempotencyKey: 'key' });
    expect(second).toBe(first);
    await expect(lab.start('one', { a: 2 }, { idempotencyKey: 'key' })).rejects.toThrow(
      IdempotencyConflictError,
    );
    await lab.end(first);
    expect(trace.marks).toEqual(['A']);
  });

  it('each host has a registry of its own, versions are semantic, and another shape under one id is refused', async () => {
    const one = workflow('one', (b) => b.startWith(new Trace().step('A')), '1.2.0');
    const lab = await Lab.open([one]);
    const other = await Lab.open([]);
    expect(other.host.registry.all()).toEqual([]);
    expect(lab.host.registry.resolve('one', '1.2').workflowId).toBe('default.one@1.2.0');
    const edited = workflow(
      'one',
      (b) => b.startWith(new Trace().step('A')).then(new Trace().step('B')),
      '1.2.0',
    );
    await expect(lab.host.register(compile(edited))).rejects.toThrow(WorkflowConflictError);
  });

  it('waiting for the end has a limit', async () => {
    const lab = await Lab.open([
      workflow('waits', (b) => b.startWith(new Trace().step('A')).waitFor('e', () => 'k')),
    ]);
    const id = await lab.start('waits');
    await expect(lab.host.completions.wait(id, 10)).rejects.toThrow(WaitTimedOutError);
  });
});
