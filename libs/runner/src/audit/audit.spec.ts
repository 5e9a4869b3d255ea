import type { Caller } from '@workflow-runner/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { asWorkflow, Quick, RunnerLab, Waits } from '../../../../test/runner/lab.js';
import { ExecutionResult, StepBody, type WorkflowBuilder } from '../index.js';
import type { WorkflowRunner } from '../workflow-runner.js';
import { runInScope } from '../workflow-scope.js';
import type { AuditQuery } from './list-audit.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

const person = (subject: string, tenantId: string | null = null): Caller => ({
  ...{ subject, kind: 'user', roles: ['operator'], tenantId },
});

/** Starts another instance and publishes, from within a step. */
class Delegates {
  readonly id = 'delegates';
  readonly version = 1;
  static runner: WorkflowRunner;

  build(builder: WorkflowBuilder<object>): void {
    class Delegate extends StepBody {
      async run(): Promise<ExecutionResult> {
        await Delegates.runner.startWorkflow('quick');
        await Delegates.runner.publishEvent('done', 'k');
        return ExecutionResult.next();
      }
    }
    builder.startWith(Delegate);
  }
}

describe.each(['memory:', 'sqlite'])('The audit trail over %s', (kind) => {
  const run = (props = {}): Promise<WorkflowRunner> => {
    const connectionString = kind === 'sqlite' ? lab.sqlite : kind;
    const workflows = [Waits, Quick, asWorkflow(Quick, { nameSpace: 'shop', name: 'order' })];
    return lab.run({ workflows, nodeId: 'n-1', persistence: { connectionString }, ...props });
  };
  const actions = async (runner: WorkflowRunner, query: AuditQuery = {}) =>
    (await runner.listAudit(query, { order: 'oldest' })).items.map(
      ({ action, caller }) => `${action} ${caller?.subject}`,
    );

  it('says who asked for each thing, through every door of the runner', async () => {
    const runner = await run();
    const caller = person('ann');
    const id = await runner.startWorkflow('waits', null, { key: 'k' }, { caller });
    await expect.poll(async () => (await runner.getInstance(id))?.status).toBe('waiting');
    await runner.pauseWorkflow(id, { caller, reason: 'lunch' });
    await runner.resumeWorkflow(id, { caller });
    await runner.signalWorkflow(id, { a: 1 }, 'later', { caller });
    await runner.publishEvent('other', 'k', null, { caller });
    await runner.bulk('cancel', { search: id }, { caller: person('bob'), reason: 'recalled' });

    expect(await actions(runner)).toEqual([
      'workflow:execute ann',
      'workflow:pause ann',
      'workflow:resume ann',
      'workflow:signal ann',
      'event:publish ann',
      'workflow:cancel bob',
    ]);
    const { items } = await runner.listAudit({ instanceId: id }, { limit: 1 });
    expect(items).toEqual([
      expect.objectContaining({
        at: expect.any(Date) as Date,
        caller: { ...person('bob') },
        resource: { kind: 'instance', id },
        instanceId: id,
        workflowId: 'default.waits@1.0.0',
        result: 'success',
        reason: 'recalled',
        details: {},
      }),
    ]);
  });

  it('names in a scope the caller of the scope, and else the system', async () => {
    const runner = await run();
    await runInScope({ caller: person('ann') }, () => runner.publishEvent('a', 'k'));
    await runner.publishEvent('b', 'k');

    expect(await actions(runner)).toEqual(['event:publish ann', 'event:publish system']);
  });

  it('names for what a step asks whoever has started its instance', async () => {
    const { scopeOfStep } = await import('../workflow-scope.js');
    const runner = await run({
      workflows: [Delegates, Quick],
      activator: {
        create: (type: new () => StepBody) => {
          const body = new type();
          const inner = body.run.bind(body);
          body.run = (context) => runInScope(scopeOfStep(context as never), () => inner(context));
          return body;
        },
      },
    });
    Delegates.runner = runner;
    const id = await runner.startWorkflow('delegates', null, {}, { caller: person('ann') });
    await runner.waitForCompletion(id, { timeoutMs: 5_000 });

    expect(await actions(runner)).toEqual([
      'workflow:execute ann',
      'workflow:execute ann',
      'event:publish ann',
    ]);
    const { items } = await runner.listAudit({ action: 'workflow:execute' }, { limit: 1 });
    expect(items[0]?.details).toEqual({ origin: 'parent', originId: id });
  });

  it('is not written to where it is switched off', async () => {
    const runner = await run({ components: { security: { audit: false } } });
    await runner.startWorkflow('quick');

    expect(await actions(runner)).toEqual([]);
  });

  it('shows a tenant its own entries only', async () => {
    const runner = await run();
    await runner.startWorkflow('quick', null, {}, { caller: person('ann', 'acme') });
    await runner.startWorkflow('quick', null, {}, { caller: person('bob', 'other') });

    expect(await actions(runner, { tenantId: 'acme' })).toEqual(['workflow:execute ann']);
    const ofScope = await runInScope({ tenantId: 'other' }, () => actions(runner));
    expect(ofScope).toEqual(['workflow:execute bob']);
    expect(await actions(runner)).toHaveLength(2);
  });

  it.each<[string, object]>([
    ['action', { action: 'fly' }],
    ['result', { result: 'perhaps' }],
    ['caller', { caller: '' }],
    ['resourceKind', { resourceKind: 'moon' }],
    ['instanceId', { instanceId: 'i', resourceId: 'r' }],
    ['from', { from: 'yesterday' }],
  ])('refuses a question with a wrong %s', async (path, query) => {
    const runner = await run();
    await expect(runner.listAudit(query)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [{ path }],
    });
  });

  it('is sealed within a second, and verified', async () => {
    const runner = await run();
    await runner.startWorkflow('shop.order');
    await runner.publishEvent('a', 'k');

    await expect.poll(async () => (await runner.verifyAudit()).unsealed).toBe(0);
    const verified = await runner.verifyAudit();
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(verified).toEqual({
      ok: true,
      chains: [{ chain: 'n-1', entries: 2, head: { sequence: 2, hash } }],
      unsealed: 0,
    });
  });

  it('keeps refusals of a runner that stops', async () => {
    if (kind === 'memory:') return;
    const runner = await run();
    for (let n = 0; n < 3; n += 1) {
      runner.noteRefusal({
        ...{ caller: person('vic', 'acme'), address: '10.0.0.1', action: 'workflow:cancel' },
        ...{ code: 'FORBIDDEN', path: '/workflow/instances/1/cancel' },
      });
    }
    expect(await actions(runner)).toEqual([]);
    await runner.stop();
    const again = await run();

    const { items } = await again.listAudit({ result: 'refused', tenantId: 'acme' });
    expect(items).toMatchObject([
      { action: 'workflow:cancel', caller: { subject: 'vic' }, reason: 'FORBIDDEN', details: { count: 3 } },
    ]);
    expect(items[0]?.seal).toMatchObject({ sequence: 1 });
  });
});
