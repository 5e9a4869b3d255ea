import type { Caller } from '@workflow-runner/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Breaks, RunnerLab, Waits } from '../../../test/runner/lab.js';
import type { WorkflowRunner } from './workflow-runner.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

const person = (subject: string): { caller: Caller } => ({
  caller: { subject, kind: 'user', roles: ['operator'], tenantId: null },
});

describe.each(['memory:', 'sqlite'])('A runner over %s tells who asked', (kind) => {
  let runner: WorkflowRunner;

  beforeEach(async () => {
    const connectionString = kind === 'sqlite' ? lab.sqlite : kind;
    runner = await lab.run({ workflows: [Waits, Breaks], persistence: { connectionString } });
  });

  async function waiting(): Promise<string> {
    const id = await runner.startWorkflow('waits', 1, { key: 'k' });
    await expect.poll(async () => (await runner.getInstance(id))?.status).toBe('waiting');
    return id;
  }

  it('for what, in the history, page by page', async () => {
    const id = await waiting();
    await runner.pauseWorkflow(id, { ...person('ann'), reason: 'lunch' });
    await runner.resumeWorkflow(id, person('bob'));
    await runner.publishEvent('go', 'k', 5);
    await runner.waitForCompletion(id, { timeoutMs: 5_000 });

    const first = await runner.getHistory(id, { limit: 2 });
    const rest = await runner.getHistory(id, { limit: 2, cursor: first.nextCursor! });
    expect([first.items.length, first.controls]).toEqual([2, []]);
    expect(rest.controls).toEqual([
      {
        action: 'pause',
        caller: { subject: 'ann', kind: 'user' },
        reason: 'lunch',
        askedAt: expect.any(Date) as Date,
        grantedAt: expect.any(Date) as Date,
      },
      expect.objectContaining({ action: 'resume', caller: { subject: 'bob', kind: 'user' }, reason: null }),
    ]);
  });

  it('last, among the reasons why an instance stands where it stands', async () => {
    const id = await waiting();
    expect((await runner.why(id)).control).toBeNull();
    await runner.pauseWorkflow(id, { ...person('ann'), reason: 'lunch' });

    expect(await runner.why(id)).toMatchObject({
      status: 'paused',
      control: {
        action: 'pause',
        caller: { subject: 'ann' },
        reason: 'lunch',
        grantedAt: expect.any(Date) as Date,
      },
    });
    await runner.cancelWorkflow(id, 'no more', person('bob'));
    expect((await runner.why(id)).control).toMatchObject({ action: 'cancel', caller: { subject: 'bob' } });
  });

  it('although nobody has granted it yet', async () => {
    const asker = await lab.run({ workflows: [Waits], execute: false });
    const id = await asker.startWorkflow('waits', 1, { key: 'k' });
    await asker.pauseWorkflow(id, person('ann'));

    expect((await asker.why(id)).control).toMatchObject({
      action: 'pause',
      caller: { subject: 'ann', kind: 'user' },
      grantedAt: null,
    });
  });

  it('for a retry, and keeps to itself what data came with it', async () => {
    const id = await runner.startWorkflow('breaks', 1, { broken: true });
    await runner.waitForCompletion(id, { timeoutMs: 5_000 });
    await runner.retryWorkflow(id, { ...person('ann'), data: { broken: false } });
    await runner.waitForCompletion(id, { timeoutMs: 5_000 });

    const { controls } = await runner.getHistory(id);
    expect(controls).toHaveLength(1);
    expect(Object.keys(controls[0]!).sort()).toEqual(['action', 'askedAt', 'caller', 'grantedAt', 'reason']);
  });
});
