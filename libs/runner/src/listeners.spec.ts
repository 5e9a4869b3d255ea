import { afterEach, describe, expect, it } from 'vitest';
import { Breaks, LogBook, Quick, RunnerLab, Waits } from '../../../test/runner/lab.js';
import type { RunnerTelling } from './listeners.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

describe('Listeners', () => {
  it('are told what became durable here', async () => {
    const told: RunnerTelling[] = [];
    const runner = await lab.run({ workflows: [Waits] });
    for (const event of ['created', 'step.completed', 'waiting', 'completed'] as const) {
      runner.on(event, (telling) => void told.push(telling));
    }
    const id = await runner.startWorkflow('waits', 1, { key: 'k' }, { tenantId: 'acme', correlationId: 'c' });
    await expect.poll(() => told.map(({ event }) => event)).toContain('waiting');
    await runner.publishEvent('go', 'k', null, { tenantId: 'acme' });
    await expect.poll(() => told.at(-1)?.event).toBe('completed');
    expect(told.map(({ event }) => event)).toEqual([
      'created',
      'step.completed',
      'waiting',
      'step.completed',
      'completed',
    ]);
    for (const telling of told) {
      expect(telling).toMatchObject({
        instanceId: id,
        workflowId: 'default.waits@1.0.0',
        tenantId: 'acme',
        correlationId: 'c',
      });
    }
    expect(told[1]).toMatchObject({ attempt: { stepName: 'Pass' }, at: expect.any(Date) });
  });

  it('never disturb the instance they are told of', async () => {
    const logger = new LogBook();
    const runner = await lab.run({ workflows: [Quick], logger });
    runner.on('completed', () => {
      throw new Error('loud');
    });
    runner.on('completed', () => Promise.reject(new Error('late')));
    const id = await runner.startWorkflow('quick', 1);
    expect(await runner.waitForCompletion(id)).toMatchObject({ status: 'completed' });
    await expect.poll(() => logger.of('warn')).toEqual(['listener.failed', 'listener.failed']);
  });

  it('hear nothing after off, and only their event', async () => {
    const told: string[] = [];
    const gone = (): void => void told.push('gone');
    const runner = await lab.run({ workflows: [Breaks] });
    runner.on('failed', gone).on('completed', gone).off('failed', gone);
    runner.on('failed', () => void told.push('failed'));
    await runner.waitForCompletion(await runner.startWorkflow('breaks', 1, { broken: true }));
    await expect.poll(() => told).toEqual(['failed']);
  });

  it('must name an event there is', () => {
    expect(() => lab.make().on('finished' as 'completed', () => undefined)).toThrow(TypeError);
  });
});
