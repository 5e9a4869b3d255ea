import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Quick, rejection } from '../../../test/runner/lab.js';
import { workflowRunner } from './default-runner.js';
import { WorkflowRunner } from './workflow-runner.js';

const MEMORY = { persistence: { connectionString: 'memory:' }, workflows: [Quick] };

// One story, because there is one default runner to a process.
describe('The default runner', () => {
  it('names what to call before it is made, and may be looked at all the same', async () => {
    expect(() => workflowRunner.state).toThrow(expect.objectContaining({ code: 'NOT_INITIALIZED' }));
    expect(() => workflowRunner.initialize()).toThrow('WorkflowRunner.getInstance');
    expect(await Promise.resolve(workflowRunner)).toBe(workflowRunner);
    expect(() => inspect(workflowRunner)).not.toThrow();
    expect(workflowRunner).toBeInstanceOf(WorkflowRunner);
  });

  it('is made once and is the same by every way', async () => {
    const runner = WorkflowRunner.getInstance(MEMORY);
    expect(WorkflowRunner.getInstance()).toBe(runner);
    expect(WorkflowRunner.getInstance(MEMORY)).toBe(runner);
    expect(() => WorkflowRunner.getInstance({})).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
    expect(await rejection(workflowRunner.startWorkflow('quick', 1))).toMatchObject({
      code: 'NOT_INITIALIZED',
    });
    await workflowRunner.initialize();
    expect(runner.isInitialized).toBe(true);
    const id = await workflowRunner.startWorkflow('quick', 1);
    expect(await runner.waitForCompletion(id)).toMatchObject({ status: 'completed' });
    await workflowRunner.stop();
  });

  it('gives way to a new one after it was stopped', async () => {
    const stopped = WorkflowRunner.current;
    const next = WorkflowRunner.getInstance({ persistence: { connectionString: 'memory:' } });
    expect(next).not.toBe(stopped);
    expect(next.state.status).toBe('uninitialized');
    expect(workflowRunner.state.status).toBe('uninitialized');
    await next.initialize();
    await next.stop();
  });
});
