import { PointerStatus, WorkflowStatus } from '@workflow-runner/engine';
import {
  configureWorkflow,
  Event,
  StorePersistenceProvider,
  WorkflowInstance,
} from '@workflow-runner/engine/compat';
import { MemoryStore } from '@workflow-runner/store/memory';
import { SystemClock } from '@workflow-runner/engine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../harness.js';
import { permanent, Trace, workflow } from '../trace.js';

const trace = new Trace();
const parked = workflow('parked', (b) =>
  b
    .startWith(trace.step('A'))
    .parallel()
    .do((then) => then.startWith(trace.step('X')).waitFor('paid', () => 'k'))
    .do((then) => then.startWith(trace.step('Y')).delay(() => 60_000))
    .join(),
);
const one = workflow('one', (b) => b.startWith(trace.step('A')));
const broken = workflow('broken', (b) => b.startWith(trace.failing('F', permanent('no'))));
const asleep = workflow('asleep', (b) => b.startWith(trace.step('A')).delay(() => 60_000));
const waits = workflow('waits', (b) => b.startWith(trace.step('A')).waitFor('paid', () => 'k'));

async function open() {
  const store = new MemoryStore({ clock: new SystemClock() });
  const persistence = new StorePersistenceProvider(store);
  const config = configureWorkflow();
  config.usePersistence(persistence);
  const host = config.getHost();
  for (const source of [parked, one, broken, asleep, waits]) host.registerWorkflow(source as never);
  await host.start();
  onTestFinished(() => host.stop() as Promise<void>);
  const until = (id: string, accept: (instance: WorkflowInstance) => void) =>
    eventually(async () => {
      const instance = await persistence.getWorkflowInstance(id);
      accept(instance);
      return instance;
    });
  return { host, persistence, until };
}

describe('must stay 11: numbers and names', () => {
  it('of WorkflowStatus and PointerStatus are those of workflow-es', () => {
    expect(WorkflowStatus).toEqual({ Runnable: 0, Suspended: 1, Complete: 2, Terminated: 3 });
    expect(PointerStatus).toEqual({
      Legacy: 0,
      Pending: 1,
      Running: 2,
      Complete: 3,
      Sleeping: 4,
      WaitingForEvent: 5,
      Failed: 6,
      Compensated: 7,
    });
  });

  it('of an instance and its pointers are those of workflow-es', async () => {
    const { host, until } = await open();
    const id = await host.startWorkflow('parked', 1, { a: 1 });
    const instance = await until(id, ({ executionPointers }) => expect(executionPointers).toHaveLength(3));
    expect(instance).toMatchObject({
      id,
      workflowDefinitionId: 'parked',
      version: 1,
      status: WorkflowStatus.Runnable,
      data: { a: 1 },
      completeTime: null,
    });
    expect(instance.createTime).toBeInstanceOf(Date);
    const [container, waiting, sleeping] = instance.executionPointers;
    expect(container).toMatchObject({ status: PointerStatus.Running, scope: [], active: true, stepId: 1 });
    expect(waiting).toMatchObject({
      status: PointerStatus.WaitingForEvent,
      active: false,
      eventName: 'paid',
      eventKey: 'k',
      eventPublished: false,
      retryCount: 0,
      endTime: null,
      scope: [container!.id],
    });
    expect(waiting!.startTime).toBeInstanceOf(Date);
    expect(sleeping).toMatchObject({ status: PointerStatus.Sleeping, active: true });
    expect(sleeping!.sleepUntil).toBeGreaterThan(Date.now());
  });

  it('of an event and a subscription are those of workflow-es', async () => {
    const { host, persistence } = await open();
    const id = await host.startWorkflow('waits', 1, {});
    const [subscription] = await eventually(async () => {
      const found = await persistence.getSubscriptions('paid', 'k', new Date());
      expect(found).toHaveLength(1);
      return found;
    });
    expect(subscription).toMatchObject({ workflowId: id, stepId: 1, eventName: 'paid', eventKey: 'k' });
    expect(subscription!.subscribeAsOf).toBeInstanceOf(Date);
    const event = Object.assign(new Event(), { eventName: 'paid', eventKey: 'k', eventData: { a: 1 } });
    expect(await persistence.getEvent(await persistence.createEvent(event))).toMatchObject({
      id: event.id,
      eventName: 'paid',
      eventKey: 'k',
      eventData: { a: 1 },
      isProcessed: true,
    });
  });

  it('of the end of an instance are Complete, and Terminated for a failed one', async () => {
    const { host, until } = await open();
    const completed = await host.startWorkflow('one', 1, {});
    const failed = await host.startWorkflow('broken', 1, {});
    const { completeTime } = await until(completed, ({ status }) =>
      expect(status).toBe(WorkflowStatus.Complete),
    );
    expect(completeTime).toBeInstanceOf(Date);
    await until(failed, ({ status }) => expect(status).toBe(WorkflowStatus.Terminated));
  });
});

describe('must stay 12: nextExecution', () => {
  it('is null when only an event moves the instance, and the moment of waking when it sleeps', async () => {
    const { host, until } = await open();
    const waiting = await host.startWorkflow('waits', 1, {});
    await until(waiting, ({ nextExecution }) => expect(nextExecution).toBeNull());
    const sleeping = await host.startWorkflow('asleep', 1, {});
    const { nextExecution } = await until(sleeping, (instance) =>
      expect(instance.nextExecution).toBeGreaterThan(0),
    );
    expect(nextExecution).toBeGreaterThan(Date.now());
  });

  it('is 0 while the instance can go on now', async () => {
    const { host, persistence } = await open();
    const id = await host.startWorkflow('one', 1, {});
    expect((await persistence.getWorkflowInstance(id)).nextExecution).toBe(0);
  });
});

describe('must stay 19: providers', () => {
  it('assign the id in createNewWorkflow and set it on the object', async () => {
    const { persistence, until } = await open();
    const instance = Object.assign(new WorkflowInstance(), {
      workflowDefinitionId: 'one',
      version: 1,
      data: { a: 1 },
    });
    const id = await persistence.createNewWorkflow(instance);
    expect(instance.id).toBe(id);
    await until(id, ({ status }) => expect(status).toBe(WorkflowStatus.Complete));
  });
});
