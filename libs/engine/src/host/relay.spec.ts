import type { Publication } from '@workflow-runner/contract';
import { SilentLogger } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { afterEach, expect, it, vi } from 'vitest';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { compile } from '../definition/compiled-definition.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { Operations } from './operations.js';
import type { Sink } from './relay.js';
import { SystemClock, SystemIds, SystemRandom } from './system.js';
import { WorkflowHost } from './workflow-host.js';

class Step extends StepBody {
  override run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

class Two {
  id = 'two';
  version = 1;
  build(builder: WorkflowBuilder<object>): void {
    builder.startWith(Step).then(Step);
  }
}

class Collector implements Sink {
  readonly heard: Publication[] = [];
  failures = 0;

  constructor(readonly name: string) {}

  deliver(publications: readonly Publication[]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('the sink is away'));
    }
    this.heard.push(...publications);
    return Promise.resolve();
  }

  tellings(): string[] {
    return this.heard.flatMap(({ tell }) => [...tell]);
  }
}

const hosts: WorkflowHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
});

const clock = new SystemClock();

async function hostOver(store: MemoryStore, sinks: Sink[]): Promise<Operations> {
  const random = new SystemRandom();
  const options = { pollIntervalMs: 10 };
  const policy = new PlainStepPolicy(random);
  const logger = new SilentLogger();
  const host = new WorkflowHost({ store, clock, random, ids: new SystemIds(clock), logger, policy, options });
  hosts.push(host);
  for (const sink of sinks) host.addSink(sink);
  await host.register(compile(Two));
  await host.start();
  return new Operations(host);
}

async function openStore(): Promise<MemoryStore> {
  const store = new MemoryStore({ clock });
  await store.open();
  return store;
}

const ONE_INSTANCE = ['created', 'started', 'step.completed', 'step.completed', 'completed'];

it('tells a sink of everything, in the order of an instance', async () => {
  const sink = new Collector('all');
  const ops = await hostOver(await openStore(), [sink]);
  await ops.start([{ workflowId: 'two' }]);
  await vi.waitFor(() => expect(sink.tellings()).toEqual(ONE_INSTANCE));
  expect(sink.heard.map(({ revision }) => revision)).toEqual([1, 2]);
});

it('tells again what a sink refused, and holds up nobody else meanwhile', async () => {
  const [broken, whole] = [new Collector('broken'), new Collector('whole')];
  broken.failures = 3;
  const ops = await hostOver(await openStore(), [broken, whole]);
  await ops.start([{ workflowId: 'two' }]);
  await vi.waitFor(() => expect(whole.tellings()).toEqual(ONE_INSTANCE));
  await vi.waitFor(() => expect(broken.tellings()).toEqual(ONE_INSTANCE));
});

it('goes on after a restart where it stood, and tells what was committed meanwhile', async () => {
  const store = await openStore();
  const before = new Collector('durable');
  await (await hostOver(store, [before])).start([{ workflowId: 'two' }]);
  await vi.waitFor(() => expect(before.tellings()).toEqual(ONE_INSTANCE));
  await hosts.pop()!.stop();

  const silent = await hostOver(store, []);
  await silent.start([{ workflowId: 'two' }]);
  await vi.waitFor(async () => expect((await store.countByStatus({})).completed).toBe(2));
  await hosts.pop()!.stop();

  const after = new Collector('durable');
  await hostOver(store, [after]);
  await vi.waitFor(() => expect(after.tellings()).toEqual(ONE_INSTANCE));
});

it('serves a sink from one node at a time', async () => {
  const store = await openStore();
  const [here, there] = [new Collector('shared'), new Collector('shared')];
  const first = await hostOver(store, [here]);
  const second = await hostOver(store, [there]);
  await first.start([{ workflowId: 'two' }]);
  await second.start([{ workflowId: 'two' }]);
  await vi.waitFor(() => expect([...here.tellings(), ...there.tellings()]).toHaveLength(10));
  const positions = [...here.heard, ...there.heard].map(({ position }) => position);
  expect(new Set(positions).size).toBe(positions.length);
});
