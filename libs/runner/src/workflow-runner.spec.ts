import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  asWorkflow,
  Breaks,
  deferred,
  LogBook,
  Pass,
  Quick,
  rejection,
  RunnerLab,
  Waits,
} from '../../../test/runner/lab.js';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ExecutionResult, StepBody, SystemClock } from '@workflow-runner/engine';
import type { StepContext, WorkflowBuilder } from '@workflow-runner/engine';
import { WorkflowRunner } from './workflow-runner.js';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const lab = new RunnerLab();
afterEach(() => lab.clear());

describe.each(['memory:', 'sqlite'])('A runner over %s', (kind) => {
  let runner: WorkflowRunner;

  beforeEach(async () => {
    const connectionString = kind === 'sqlite' ? lab.sqlite : kind;
    runner = await lab.run({ workflows: [Quick, Waits, Breaks], persistence: { connectionString } });
  });

  async function waiting(key = 'k'): Promise<string> {
    const id = await runner.startWorkflow('waits', 1, { key });
    await expect.poll(async () => (await runner.getInstance(id))?.status).toBe('waiting');
    return id;
  }

  async function failed(): Promise<string> {
    const id = await runner.startWorkflow('breaks', 1, { broken: true });
    await runner.waitForCompletion(id, { timeoutMs: 5_000 });
    return id;
  }

  describe('starts instances', () => {
    it('by id and version, with the data it was given', async () => {
      const id = await runner.startWorkflow('quick', '1.0', { by: 'id' });
      const done = await runner.waitForCompletion(id, { timeoutMs: 5_000 });
      expect(done).toMatchObject({
        id,
        workflowId: 'default.quick@1.0.0',
        status: 'completed',
        data: { by: 'id' },
      });
      expect(done.completedAt).toBeInstanceOf(Date);
    });

    it('by class, with data of its type', async () => {
      const id = await runner.startWorkflow(Waits, { key: 'typed' }, { priority: 'high' });
      expect(await runner.getInstance(id)).toMatchObject({ data: { key: 'typed' }, priority: 'high' });
      expectTypeOf(runner.startWorkflow<Waits>)
        .parameter(1)
        .toEqualTypeOf<{ key: string; got?: unknown }>();
    });

    it('with everything that is said about them', async () => {
      const id = await runner.startWorkflow('quick', null, undefined, {
        tags: { order: '5' },
        correlationId: 'c1',
        tenantId: 'acme',
        priority: 'low',
      });
      expect(await runner.getInstance(id)).toMatchObject({
        tags: { order: '5' },
        correlationId: 'c1',
        tenantId: 'acme',
        priority: 'low',
        data: {},
      });
    });

    it('once for an idempotency key, and not for other data', async () => {
      const options = { idempotencyKey: 'once' };
      const first = await runner.startWorkflow('quick', 1, { note: 'a' }, options);
      expect(await runner.startWorkflow('quick', 1, { note: 'a' }, options)).toBe(first);
      const other = runner.startWorkflow('quick', 1, { note: 'b' }, options);
      expect(await rejection(other)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', instanceId: first });
    });

    it('later, and not past their deadline', async () => {
      const late = await runner.startWorkflow('quick', 1, {}, { delayUntil: new Date(Date.now() + 60_000) });
      expect(await runner.getInstance(late)).toMatchObject({ status: 'pending', startedAt: null });
      const dead = await runner.startWorkflow('waits', 1, { key: 'k' }, { deadline: Date.now() + 30 });
      const ended = await runner.waitForCompletion(dead, { timeoutMs: 5_000 });
      expect(ended).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
    });

    it('many at once, each with its own verdict, in order', async () => {
      const results = await runner.startWorkflows([
        { workflowId: 'quick', data: { note: 'a' }, idempotencyKey: 'batch' },
        { workflowId: 'missing' },
        { workflowId: 'quick', priority: 'urgent' as 'high' },
        { workflowId: 'quick', data: { note: 'a' }, idempotencyKey: 'batch' },
      ]);
      expect(results).toMatchObject([
        { workflowId: 'default.quick@1.0.0', repeated: false, status: 'running' },
        { error: { code: 'WORKFLOW_NOT_FOUND' } },
        { error: { code: 'INVALID_REQUEST', violations: [{ path: 'items.2.priority' }] } },
        { repeated: true, status: null },
      ]);
      expect(await runner.startWorkflows([])).toEqual([]);
    });

    it('not of what is unknown, wrong or no data', async () => {
      class Unregistered {
        build(): void {}
      }
      expect(await rejection(runner.startWorkflow('quick', 2))).toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
      expect(await rejection(runner.startWorkflow(Unregistered, {}))).toMatchObject({
        code: 'WORKFLOW_NOT_FOUND',
      });
      expect(await rejection(runner.startWorkflow('', 1))).toMatchObject({ code: 'INVALID_REQUEST' });
      const odd = Object.defineProperty({}, 'note', {
        enumerable: true,
        get: () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- it is what some authors do
          throw 'no note';
        },
      });
      const [refused] = await runner.startWorkflows([{ workflowId: 'quick', data: odd }]);
      expect((refused as { error: unknown }).error).toBeInstanceOf(Error);
      const data = { note: () => 1 };
      expect(await rejection(runner.startWorkflow('quick', 1, data))).toMatchObject({
        code: 'DATA_NOT_SERIALIZABLE',
      });
    });
  });

  describe('tells instances', () => {
    it('events by name and key, each id once', async () => {
      const id = await waiting('order-1');
      const receipt = await runner.publishEvent('go', 'order-1', { ok: true }, { id: 'e1' });
      expect(receipt).toEqual({ id: 'e1', accepted: true });
      expect(await runner.publishEvent('go', 'order-1', {}, { id: 'e1' })).toEqual({
        id: 'e1',
        accepted: false,
      });
      const done = await runner.waitForCompletion(id, { timeoutMs: 5_000 });
      expect(done).toMatchObject({ status: 'completed', data: { got: { ok: true } } });
    });

    it('signals, also before there is a wait', async () => {
      const later = await runner.startWorkflow('waits', 1, { key: 'k' }, { delayUntil: Date.now() + 50 });
      await runner.signalWorkflow(later, { early: true });
      const done = await runner.waitForCompletion(later, { timeoutMs: 5_000 });
      expect(done).toMatchObject({ status: 'completed', data: { got: { early: true } } });
    });

    it('signals for one step, which others do not take', async () => {
      const id = await waiting();
      await runner.signalWorkflow(id, 1, 'SomeOther');
      expect(await runner.getInstance(id)).toMatchObject({ status: 'waiting' });
      await runner.signalWorkflow(id, 2, 'WaitFor');
      expect(await runner.waitForCompletion(id, { timeoutMs: 5_000 })).toMatchObject({ data: { got: 2 } });
    });

    it('nothing when they are unknown, ended or the event is wrong', async () => {
      const done = await runner.startWorkflow('quick', 1);
      await runner.waitForCompletion(done, { timeoutMs: 5_000 });
      expect(await rejection(runner.signalWorkflow(UNKNOWN))).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
      expect(await rejection(runner.signalWorkflow(done))).toMatchObject({ code: 'INVALID_TRANSITION' });
      expect(await rejection(runner.publishEvent('', 'k'))).toMatchObject({ code: 'INVALID_REQUEST' });
    });
  });

  describe('controls instances', () => {
    it('which pause with a reason and resume', async () => {
      const id = await waiting();
      await runner.pauseWorkflow(id, { reason: 'holiday' });
      expect(await runner.getInstance(id)).toMatchObject({ status: 'paused', statusReason: 'holiday' });
      expect(await rejection(runner.pauseWorkflow(id))).toMatchObject({
        code: 'INVALID_TRANSITION',
        status: 'paused',
      });
      await runner.resumeWorkflow(id);
      expect(await runner.getInstance(id)).toMatchObject({ status: 'waiting' });
      expect(await rejection(runner.resumeWorkflow(id))).toMatchObject({ code: 'INVALID_TRANSITION' });
    });

    it('which are cancelled or terminated for good', async () => {
      const [one, two] = [await waiting('a'), await waiting('b')];
      await runner.cancelWorkflow(one, 'no longer wanted');
      await runner.terminateWorkflow(two, 'at once');
      expect(await runner.getInstance(one)).toMatchObject({
        status: 'cancelled',
        statusReason: 'no longer wanted',
      });
      expect(await runner.getInstance(two)).toMatchObject({ status: 'cancelled', statusReason: 'at once' });
      expect(await rejection(runner.cancelWorkflow(one))).toMatchObject({ code: 'INVALID_TRANSITION' });
      expect(await rejection(runner.terminateWorkflow(two))).toMatchObject({ code: 'INVALID_TRANSITION' });
    });

    it('whose open sagas are compensated by a cancel, and not by a terminate', async () => {
      const undone: string[] = [];
      class Undo extends StepBody {
        async run(context: StepContext): Promise<ExecutionResult> {
          undone.push(context.workflow.id);
          return ExecutionResult.next();
        }
      }
      class Booking {
        readonly id = 'booking';
        readonly version = 1;
        build(builder: WorkflowBuilder<unknown>): void {
          builder.startWith(Pass).saga((inside) =>
            inside
              .startWith(Pass)
              .compensateWith(Undo)
              .waitFor('go', () => 'k'),
          );
        }
      }
      await runner.registerWorkflow(Booking);
      const start = (): Promise<string> => runner.startWorkflow(Booking, {});
      const [one, two, three] = [await start(), await start(), await start()];
      await expect.poll(async () => (await runner.countByStatus()).waiting).toBe(3);
      await runner.cancelWorkflow(one);
      await runner.cancelWorkflow(two, null, { compensate: false });
      await runner.terminateWorkflow(three);
      for (const id of [one, two, three]) await runner.waitForCompletion(id, { timeoutMs: 5_000 });
      expect(undone).toEqual([one]);
    });

    it('which are retried from what failed, with other data', async () => {
      const id = await failed();
      const { pointers } = await runner.why(id);
      const [pointer] = pointers.filter(({ waitingFor }) => waitingFor === 'failed');
      const unknown = runner.retryWorkflow(id, { fromPointer: 'x' });
      expect(await rejection(unknown)).toMatchObject({
        code: 'INVALID_REQUEST',
        violations: [{ path: 'fromPointer' }],
      });
      await runner.retryWorkflow(id, { fromPointer: pointer!.pointerId, data: { broken: false } });
      const done = await runner.waitForCompletion(id, { timeoutMs: 5_000 });
      expect(done).toMatchObject({ status: 'completed', data: { broken: false } });
      for (const options of [{}, { fromPointer: '1' }]) {
        expect(await rejection(runner.retryWorkflow(id, options))).toMatchObject({
          code: 'INVALID_TRANSITION',
        });
      }
    });

    it('unless they are unknown', async () => {
      for (const asked of [
        () => runner.pauseWorkflow(UNKNOWN),
        () => runner.resumeWorkflow(UNKNOWN),
        () => runner.cancelWorkflow(UNKNOWN),
        () => runner.terminateWorkflow(UNKNOWN),
        () => runner.retryWorkflow(UNKNOWN),
        () => runner.retryWorkflow(UNKNOWN, { fromPointer: '1' }),
        () => runner.acceptWorkflow(UNKNOWN),
      ]) {
        expect(await rejection(asked())).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
      }
    });

    it('of one tenant only, when it is asked for one', async () => {
      const id = await runner.startWorkflow('waits', 1, { key: 'k' }, { tenantId: 'acme' });
      const scope = { tenantId: 'other' };
      for (const asked of [
        () => runner.pauseWorkflow(id, scope),
        () => runner.cancelWorkflow(id, null, scope),
        () => runner.retryWorkflow(id, scope),
        () => runner.signalWorkflow(id, 1, undefined, scope),
        () => runner.getHistory(id, {}, scope),
        () => runner.why(id, scope),
        () => runner.waitForCompletion(id, scope),
      ]) {
        expect(await rejection(asked())).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
      }
      expect(await runner.getInstance(id, scope)).toBeNull();
      expect(await runner.getInstance(id, { tenantId: 'acme' })).toMatchObject({ id });
    });
  });

  describe('answers', () => {
    it('null for an unknown instance', async () => {
      expect(await runner.getInstance(UNKNOWN)).toBeNull();
    });

    it('with the error of a failed instance', async () => {
      const { error, status } = (await runner.getInstance(await failed()))!;
      expect(status).toBe('failed');
      expect(error).toEqual({
        message: 'it is broken',
        code: 'EBROKEN',
        category: 'unknown',
        step: 'FailWhileBroken',
        attempt: 1,
      });
    });

    it('in pages, without data', async () => {
      const ids = [];
      for (const note of ['a', 'b', 'c']) ids.push(await runner.startWorkflow('quick', 1, { note }));
      const first = await runner.listInstances({ workflow: 'default.quick@1' }, { limit: 2 });
      const second = await runner.listInstances(
        { workflow: 'quick' },
        { limit: 2, cursor: first.nextCursor! },
      );
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.reverse());
      expect(second.nextCursor).toBeNull();
      expect(first.items[0]).not.toHaveProperty('data');
      const oldest = await runner.listInstances({}, { order: 'oldest', limit: 1 });
      expect(oldest.items[0]?.id).toBe(ids[2]);
      expect(await rejection(runner.listInstances({}, { limit: 501 }))).toMatchObject({
        code: 'INVALID_REQUEST',
      });
      expect(await rejection(runner.listInstances({}, { cursor: '?' }))).toMatchObject({
        code: 'INVALID_REQUEST',
      });
    });

    it('by what is known of an instance', async () => {
      const id = await runner.startWorkflow(
        'waits',
        1,
        { key: 'k' },
        { tags: { order: '7' }, correlationId: 'c7' },
      );
      await runner.startWorkflow('quick', 1);
      for (const query of [
        { tag: { key: 'order', value: '7' } },
        { correlationId: 'c7' },
        { search: id },
        { workflow: 'waits', status: ['waiting', 'running'] as const },
      ]) {
        expect((await runner.listInstances(query)).items.map((one) => one.id)).toEqual([id]);
      }
      expect((await runner.listInstances({ createdTo: new Date(0) })).items).toEqual([]);
    });

    it('with what has not ended', async () => {
      const open = [await waiting('a'), await waiting('b')];
      await runner.waitForCompletion(await runner.startWorkflow('quick', 1), { timeoutMs: 5_000 });
      expect((await runner.getActiveInstances()).map(({ id }) => id)).toEqual([...open].reverse());
      expect(await runner.getActiveInstances({ limit: 1 })).toHaveLength(1);
      expect(await runner.countActive()).toBe(2);
      expect(await runner.countActive({ tenantId: 'acme' })).toBe(0);
      expect(await runner.countByStatus({ workflow: 'waits' })).toMatchObject({ waiting: 2, completed: 0 });
      expect(await rejection(runner.getActiveInstances({ limit: 0 }))).toMatchObject({
        code: 'INVALID_REQUEST',
      });
    });

    it('with every attempt, and with nothing that is none', async () => {
      const id = await waiting();
      await runner.pauseWorkflow(id);
      await runner.resumeWorkflow(id);
      await runner.publishEvent('go', 'k', 5);
      await runner.waitForCompletion(id, { timeoutMs: 5_000 });
      const { items, nextCursor } = await runner.getHistory(id);
      expect(items.map(({ stepName, status }) => `${stepName} ${status}`)).toEqual([
        'Pass completed',
        'WaitFor waiting',
        'WaitFor completed',
      ]);
      expect(items[0]).toMatchObject({
        pointerId: '0',
        stepId: 0,
        attempt: 1,
        input: null,
        outcome: null,
        error: null,
        node: runner.nodeId,
      });
      expect(items[0]!.endedAt).toBeInstanceOf(Date);
      expect(nextCursor).toBeNull();
    });

    it('with a history in pages that are full as long as there is more', async () => {
      const id = await waiting();
      await runner.pauseWorkflow(id);
      await runner.resumeWorkflow(id);
      await runner.publishEvent('go', 'k', 5);
      await runner.waitForCompletion(id, { timeoutMs: 5_000 });
      const first = await runner.getHistory(id, { limit: 1 });
      const second = await runner.getHistory(id, { limit: 2, cursor: first.nextCursor! });
      expect([first.items.length, second.items.length]).toEqual([1, 2]);
      const failing = await runner.getHistory(await failed());
      expect(failing.items.at(-1)).toMatchObject({
        status: 'failed',
        error: { message: 'it is broken', code: 'EBROKEN' },
      });
      expect(await rejection(runner.getHistory(UNKNOWN))).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    });

    it('why an instance stands where it stands', async () => {
      const id = await waiting('order-9');
      const { pointers, ...head } = await runner.why(id);
      expect(head).toEqual({ instanceId: id, status: 'waiting', statusReason: null, control: null });
      expect(pointers).toMatchObject([
        { stepName: 'WaitFor', waitingFor: 'event', eventName: 'go', eventKey: 'order-9' },
      ]);
      expect(pointers[0]!.since).toBeInstanceOf(Date);
      expect(await rejection(runner.why(UNKNOWN))).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    });

    it('at the end of an instance, or says that the time is over', async () => {
      const id = await waiting();
      expect(await rejection(runner.waitForCompletion(id, { timeoutMs: 20 }))).toMatchObject({
        code: 'WAIT_TIMED_OUT',
      });
      const ended = runner.waitForCompletion(id);
      await runner.cancelWorkflow(id);
      expect(await ended).toMatchObject({ status: 'cancelled' });
      expect(await runner.waitForCompletion(id)).toMatchObject({ status: 'cancelled' });
      expect(await rejection(runner.waitForCompletion(UNKNOWN))).toMatchObject({
        code: 'INSTANCE_NOT_FOUND',
      });
      expect(await rejection(runner.waitForCompletion(id, { timeoutMs: -1 }))).toMatchObject({
        code: 'INVALID_REQUEST',
      });
    });
  });

  describe('is watched', () => {
    it('by figures of the cluster', async () => {
      await waiting();
      await failed();
      const quick = await runner.startWorkflow('quick', 1, {}, { delayUntil: Date.now() + 20 });
      await runner.waitForCompletion(quick, { timeoutMs: 5_000 });
      const stats = await runner.getStats();
      expect(stats).toMatchObject({ activeInstances: 1, completedToday: 1, errorRate: 0.5 });
      expect(stats.byStatus).toMatchObject({ waiting: 1, failed: 1, completed: 1, paused: 0 });
      expect(stats.averageExecutionTime).toBeGreaterThan(0);
    });

    it('by metrics that are at hand and measured', () => {
      const { resourceUtilization, ...totals } = runner.getMetrics();
      expect(totals).toEqual({
        totalWorkflows: 3,
        activeInstances: 0,
        completedToday: 0,
        errorRate: 0,
        averageExecutionTime: 0,
      });
      expect(resourceUtilization.memory).toBeGreaterThan(10);
      expect(resourceUtilization.eventLoopLagMs).toBeGreaterThanOrEqual(0);
    });

    it('by its health', async () => {
      const health = await runner.health();
      expect(health).toMatchObject({
        status: 'healthy',
        components: { workflowHost: true, database: true },
        details: [],
      });
      expect(health.metrics).toMatchObject({ totalWorkflows: 3 });
      expect(new Date(health.timestamp).getTime()).toBeGreaterThan(0);
    });
  });
});

describe('A runner that does not run', () => {
  it('says what to call, but knows its workflows', async () => {
    const runner = lab.make({ workflows: [Quick] });
    expect(await rejection(runner.startWorkflow('quick', 1))).toMatchObject({ code: 'NOT_INITIALIZED' });
    expect(await rejection(runner.getInstance(UNKNOWN))).toMatchObject({ code: 'NOT_INITIALIZED' });
    expect(runner.state).toMatchObject({
      status: 'uninitialized',
      host: null,
      workflows: [{ id: 'default.quick@1.0.0' }],
    });
    expect(runner.isInitialized).toBe(false);
    expect(runner.connection.readyState).toBe(0);
    expect(runner.getMetrics()).toMatchObject({ totalWorkflows: 1, activeInstances: 0 });
    expect(await runner.health()).toMatchObject({
      status: 'unhealthy',
      uptime: 0,
      components: { workflowHost: false, database: false },
      details: [{ component: 'runner' }],
      metrics: null,
    });
  });

  it('has a store that is connecting, connected, disconnecting, disconnected', async () => {
    const runner = lab.make();
    const begun = runner.initialize();
    expect(runner.connection.readyState).toBe(2);
    await begun;
    expect(runner.connection.readyState).toBe(1);
    expect(runner.state).toMatchObject({ status: 'running', host: runner.host });
    const stopped = runner.stop();
    expect(runner.connection.readyState).toBe(3);
    await stopped;
    expect(runner.connection.readyState).toBe(0);
  });

  it('names the part that failed, keeps its cause and can be reset', async () => {
    const runner = lab.make({ persistence: { connectionString: 'sqlite:/dev/null/workflows.db' } });
    const error = await rejection(runner.initialize());
    expect(error).toMatchObject({ component: 'store', cause: expect.any(Error) });
    expect((error as Error).message).toMatch(/^store: /);
    expect(runner.state.status).toBe('error');
    runner.reset();
    expect(runner.state.status).toBe('uninitialized');
  });

  it('closes the store it opened when its host cannot start', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    store.join = () => Promise.reject(new Error('no room'));
    const runner = lab.make({ store });
    expect(await rejection(runner.initialize())).toMatchObject({ component: 'host', code: 'INTERNAL' });
    expect(store.health().status).toBe('closed');
  });
});

describe('Workflows of a runner', () => {
  it('may come and go while it runs', async () => {
    const runner = await lab.run();
    const registered = await runner.registerWorkflow(asWorkflow(Quick, { version: '2', props: { a: 1 } }));
    expect(registered).toMatchObject({
      id: 'test.sample@2.0.0',
      version: '2.0.0',
      component: Quick,
      props: { a: 1 },
    });
    const id = await runner.startWorkflow('sample');
    expect(await runner.waitForCompletion(id, { timeoutMs: 5_000 })).toMatchObject({ version: '2.0.0' });
    runner.unregisterWorkflow('sample');
    expect(runner.getRegisteredWorkflows()).toEqual([]);
    expect(await rejection(runner.startWorkflow('sample'))).toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
  });

  it('that come while its host starts are there when it runs', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    const [entered, gate] = [deferred<void>(), deferred<void>()];
    const join = store.join.bind(store);
    store.join = async (registration) => {
      entered.resolve();
      await gate.promise;
      return join(registration);
    };
    const runner = lab.make({ store });
    const begun = runner.initialize();
    await entered.promise;
    const registered = runner.registerWorkflow(Quick);
    gate.resolve();
    await Promise.all([registered, begun]);
    const id = await runner.startWorkflow(Quick, {});
    expect(await runner.waitForCompletion(id, { timeoutMs: 5_000 })).toMatchObject({ status: 'completed' });
  });

  it('are its own', async () => {
    lab.make({ workflows: [Quick] });
    expect(lab.make().getRegisteredWorkflows()).toEqual([]);
  });

  it('cannot stand for other steps under the same id, nor be ambiguous by name', async () => {
    const runner = lab.make({ workflows: [asWorkflow(Quick)] });
    await runner.registerWorkflow(asWorkflow(Quick));
    expect(runner.getRegisteredWorkflows()).toHaveLength(1);
    expect(await rejection(runner.registerWorkflow(asWorkflow(Waits)))).toMatchObject({
      code: 'WORKFLOW_CONFLICT',
    });
    await runner.registerWorkflow(asWorkflow(Quick, { nameSpace: 'other' }));
    expect(() => runner.getWorkflow('sample')).toThrow(
      expect.objectContaining({ code: 'WORKFLOW_AMBIGUOUS' }),
    );
    expect(runner.getWorkflow('other.sample', 1)).toMatchObject({ nameSpace: 'other' });
    expect(() => new WorkflowRunner({ workflows: [asWorkflow(Pass as never)] })).toThrow(
      expect.objectContaining({ code: 'INVALID_WORKFLOW' }),
    );
  });

  it('are drawn as nodes and edges', () => {
    const runner = lab.make({ workflows: [Waits] });
    const { nodes, edges } = runner.getWorkflowGraph('waits');
    expect(nodes.map(({ name }) => name)).toEqual(['Pass', 'WaitFor']);
    expect(edges).toEqual([{ from: 0, to: 1, type: 'next' }]);
  });
});

describe('A stop', () => {
  it('waits for running steps, then refuses everything', async () => {
    const [entered, gate] = [deferred<void>(), deferred<void>()];
    class Slow extends StepBody {
      async run(): Promise<ExecutionResult> {
        entered.resolve();
        await gate.promise;
        return ExecutionResult.next();
      }
    }
    class SlowFlow {
      readonly id = 'slow';
      readonly version = 1;
      build(builder: WorkflowBuilder<unknown>): void {
        builder.startWith(Slow);
      }
    }
    const persistence = { connectionString: lab.sqlite };
    const runner = await lab.run({ workflows: [SlowFlow], persistence });
    const id = await runner.startWorkflow('slow', 1);
    await entered.promise;
    const stopped = runner.stop();
    expect(await rejection(runner.startWorkflow('slow', 1))).toMatchObject({ code: 'STOPPING' });
    gate.resolve();
    await stopped;
    expect(await rejection(runner.startWorkflow('slow', 1))).toMatchObject({ code: 'NOT_INITIALIZED' });
    const reader = await lab.run({ workflows: [SlowFlow], persistence, execute: false });
    expect((await reader.getHistory(id)).items).toMatchObject([{ stepName: 'Slow', status: 'completed' }]);
  });

  it('tells those who wait for an instance that nobody looks any more', async () => {
    const runner = await lab.run({ workflows: [Waits] });
    const id = await runner.startWorkflow('waits', 1, { key: 'k' });
    const wait = rejection(runner.waitForCompletion(id));
    await runner.stop();
    expect(await wait).toMatchObject({ code: 'STOPPING' });
  });
});

describe('Options of a runner', () => {
  it('give a step its attempts and its time', async () => {
    let attempts = 0;
    class Fails extends StepBody {
      async run(): Promise<ExecutionResult> {
        attempts += 1;
        throw new Error('again');
      }
    }
    class Hangs extends StepBody {
      async run(context: StepContext): Promise<ExecutionResult> {
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        return ExecutionResult.next();
      }
    }
    const flow = (id: string, body: new () => StepBody) => ({
      id,
      version: 1,
      build: (b: WorkflowBuilder<unknown>) => void b.startWith(body),
    });
    const runner = await lab.run({
      workflows: [flow('fails', Fails), flow('hangs', Hangs)],
      components: { errorHandler: { maxRetries: 1, retry: { baseDelay: 1 }, timeout: { step: 20 } } },
    });
    const failing = await runner.startWorkflow('fails', 1);
    expect(await runner.waitForCompletion(failing)).toMatchObject({
      status: 'failed',
      error: { attempt: 2 },
    });
    expect(attempts).toBe(2);
    const hanging = await runner.startWorkflow('hangs', 1);
    expect(await runner.waitForCompletion(hanging)).toMatchObject({
      error: { code: 'STEP_TIMED_OUT', category: 'timeout' },
    });
  });

  it('make a process that starts and signals, but runs nothing', async () => {
    const persistence = { connectionString: lab.sqlite };
    const asker = await lab.run({ workflows: [Quick], persistence, execute: false });
    const id = await asker.startWorkflow('quick', 1);
    expect(asker.nodeId).toBeNull();
    expect(await asker.why(id)).toMatchObject({ pointers: [{ waitingFor: 'unregistered' }] });
    const worker = await lab.run({ workflows: [Quick], persistence, nodeId: 'worker' });
    expect(worker.nodeId).toBe('worker');
    expect(await asker.waitForCompletion(id, { timeoutMs: 10_000 })).toMatchObject({ status: 'completed' });
    expect((await asker.getHistory(id)).items).toMatchObject([{ node: 'worker' }]);
  });

  it('write a line for every step with verbose', async () => {
    const logger = new LogBook();
    const runner = await lab.run({ workflows: [Quick], logger, verbose: true });
    await runner.waitForCompletion(await runner.startWorkflow('quick', 1));
    expect(logger.of('info')).toEqual(['step']);
  });

  it('limit the size of data', async () => {
    const components = { lifecycle: { limits: { dataBytes: 20, eventBytes: 20 } } };
    const runner = await lab.run({ workflows: [Quick], components });
    const large = { note: 'x'.repeat(30) };
    expect(await rejection(runner.startWorkflow('quick', 1, large))).toMatchObject({
      code: 'DATA_TOO_LARGE',
    });
    expect(await rejection(runner.publishEvent('e', 'k', large))).toMatchObject({ code: 'DATA_TOO_LARGE' });
  });

  it('make step bodies where the host wants to', async () => {
    const made: string[] = [];
    const activator = {
      create(body: new () => StepBody): StepBody {
        made.push(body.name);
        return new body();
      },
    };
    const runner = await lab.run({ workflows: [Quick], activator });
    await runner.waitForCompletion(await runner.startWorkflow('quick', 1));
    expect(made).toEqual(['Pass']);
  });
});
