import { SilentLogger, type Logger, type PayloadCodec, type Store } from '@workflow-runner/contract';
import { CodedStore } from '@workflow-runner/store/coded';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import { compile } from '../definition/compiled-definition.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { Operations } from './operations.js';
import { SystemIds, SystemRandom } from './system.js';
import { UNREADABLE_PAUSE_MS } from './unreadable.js';
import { WorkflowHost } from './workflow-host.js';

/** Notes the name of a key beside the text; reads with the keys it has. The first one writes. */
class Keys implements PayloadCodec {
  readonly names: Set<string>;
  encodes = true;

  constructor(...names: string[]) {
    this.names = new Set(names);
  }

  encode(text: string): string {
    if (!this.encodes) throw new Error('the key store is away');
    const [name] = this.names;
    return `${name}|${text}`;
  }

  decode(text: string): string {
    const name = text.slice(0, text.indexOf('|'));
    if (!this.names.has(name)) throw new Error(`no key ${name}`);
    return text.slice(name.length + 1);
  }
}

let held: { release: () => void; runs: number };

class Held extends StepBody {
  async run(): Promise<ExecutionResult> {
    held.runs += 1;
    await new Promise<void>((resolve) => (held.release = resolve));
    return ExecutionResult.next();
  }
}

class Pass extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

class Waits {
  readonly id = 'waits';
  readonly version = 1;
  build(builder: WorkflowBuilder<{ key: string; got?: unknown }>): void {
    builder
      .startWith(Pass)
      .waitFor('go', (data) => data.key)
      .output((step, data) => {
        data.got = step.eventData;
      });
  }
}

class Works {
  readonly id = 'works';
  readonly version = 1;
  build(builder: WorkflowBuilder<object>): void {
    builder
      .startWith(Pass)
      .parallel()
      .do((branch) => branch.startWith(Held))
      .do((branch) => branch.startWith(Pass).waitFor('go', () => 'k'))
      .join();
  }
}

let clock: ManualClock;
let inner: MemoryStore;

beforeEach(async () => {
  held = { release: () => undefined, runs: 0 };
  clock = new ManualClock();
  inner = new MemoryStore({ clock });
  await inner.open();
});

async function untilQuiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await untilQuiet();
}

function errorsInto(lines: [string, unknown][]): Logger {
  const logger: Logger = new SilentLogger();
  logger.error = (message, fields) => void lines.push([message, fields]);
  return logger;
}

async function run(keys: PayloadCodec, logger: Logger = new SilentLogger()) {
  const random = new SystemRandom();
  const store: Store = new CodedStore({ store: inner, codec: keys });
  const parts = { store, clock, random, ids: new SystemIds(clock), logger };
  const policy = new PlainStepPolicy(random);
  const host = new WorkflowHost({ ...parts, policy, options: { retention: null } });
  onTestFinished(() => host.stop(0));
  for (const workflow of [Waits, Works]) await host.register(compile(workflow));
  await host.start();
  await untilQuiet();
  return { host, store, ops: new Operations(host) };
}

async function start({ ops }: Awaited<ReturnType<typeof run>>, workflowId: string, data?: object) {
  const [verdict] = await ops.start([{ workflowId, data }]);
  await untilQuiet();
  return (verdict as { instanceId: string }).instanceId;
}

/** An instance that waits for `go`, `k`, written with key a by a node that is gone. */
async function left(): Promise<string> {
  const first = await run(new Keys('a'));
  const id = await start(first, 'waits', { key: 'k' });
  await first.host.stop();
  return id;
}

const go = (key: string, data: unknown = 1) => ({ name: 'go', key, data });
const rowOf = async (id: string) => (await inner.load(id))!.record;

it('is left as it is and tried again, while others run, until its key is there', async () => {
  const id = await left();
  const keys = new Keys('b');
  const errors: [string, unknown][] = [];
  const node = await run(keys, errorsInto(errors));
  const other = await start(node, 'waits', { key: 'other' });

  await node.ops.publish(go('k', 'yes'));
  await node.ops.publish(go('other'));
  await untilQuiet();

  expect((await rowOf(other)).status).toBe('completed');
  const wakeAt = clock.now() + UNREADABLE_PAUSE_MS;
  expect(await rowOf(id)).toMatchObject({
    status: 'waiting',
    statusReason: 'unreadable',
    owner: null,
    wakeAt,
  });
  expect((await inner.load(id))!.inbox).toHaveLength(1);
  const { fence } = await rowOf(id);
  await pass(UNREADABLE_PAUSE_MS - 1);
  expect((await rowOf(id)).fence).toBe(fence);
  await pass(1);
  expect(await rowOf(id)).toMatchObject({ status: 'waiting', fence: fence + 1 });
  expect(errors).toMatchObject([
    ['instance.unreadable', { instanceId: id, cause: 'no key a', error: expect.stringContaining(id) }],
  ]);

  keys.names.add('a');
  await pass(UNREADABLE_PAUSE_MS);
  expect(await node.ops.get(id)).toMatchObject({
    record: { status: 'completed', statusReason: null },
    data: { got: 'yes' },
  });
});

it('goes on at once when a node with its key starts', async () => {
  const id = await left();
  const without = await run(new Keys('b'));
  await without.ops.publish(go('k'));
  await untilQuiet();
  expect((await rowOf(id)).statusReason).toBe('unreadable');
  await without.host.stop();

  await run(new Keys('b', 'a'));

  expect((await rowOf(id)).status).toBe('completed');
});

it('is explained, listed and known, and its data is refused by name', async () => {
  const id = await left();
  const node = await run(new Keys('b'));
  await node.ops.publish(go('k'));
  await untilQuiet();

  const { pointers } = await node.ops.why(id);

  const until = clock.now() + UNREADABLE_PAUSE_MS;
  const explained = { pointerId: '', stepName: '', waitingFor: 'unreadable', since: clock.now(), until };
  expect(pointers).toEqual([explained]);
  await expect(node.ops.get(id)).rejects.toMatchObject({
    code: 'PAYLOAD_UNREADABLE',
    what: `Instance ${id}`,
  });
  expect(await node.ops.get(id, 'another tenant')).toBeNull();
  expect([await node.ops.knows(id), await node.ops.knows(id, 'another tenant')]).toEqual([true, false]);
  const found = await node.ops.list({ statusReason: 'unreadable' }, { limit: 9 });
  expect(found.items.map((record) => record.id)).toEqual([id]);
});

it('can be terminated, which leaves what is stored as it is; a cancel waits for its key', async () => {
  const [id, before] = [await left(), new Keys('b')];
  const { snapshot } = (await inner.load(id))!;
  const node = await run(before);

  await node.ops.control(id, { action: 'cancel' });
  await untilQuiet();
  expect(await rowOf(id)).toMatchObject({ status: 'waiting', control: { action: 'cancel' } });
  await node.ops.control(id, { action: 'terminate', reason: 'its key is lost' });
  await untilQuiet();

  expect(await inner.load(id)).toMatchObject({
    record: { status: 'cancelled', statusReason: 'its key is lost', owner: null },
    snapshot,
  });
  const newest = await node.ops.history(id, { limit: 1, order: 'newest' });
  expect(newest.items).toMatchObject([
    { kind: 'control', tell: ['cancelled'], control: { action: 'terminate', reason: 'its key is lost' } },
  ]);
  await expect(node.host.completions.wait(id, 1_000)).rejects.toMatchObject({
    code: 'PAYLOAD_UNREADABLE',
  });
  before.names.add('a');
  expect(await node.ops.get(id)).toMatchObject({ data: { key: 'k' } });
});

it('tells who waits for its end when it has ended', async () => {
  const id = await left();
  const node = await run(new Keys('b'));
  const waiting = node.host.completions.wait(id, 60_000);
  const told = expect(waiting).rejects.toMatchObject({ code: 'PAYLOAD_UNREADABLE' });
  await untilQuiet();

  await node.ops.control(id, { action: 'terminate' });
  await untilQuiet();
  await pass(1_000);

  await told;
});

it('keeps a pause with its reason', async () => {
  const first = await run(new Keys('a'));
  const id = await start(first, 'waits', { key: 'k' });
  await first.ops.control(id, { action: 'pause', reason: 'lunch' });
  await untilQuiet();
  await first.host.stop();
  const node = await run(new Keys('b'));

  await node.ops.control(id, { action: 'resume' });
  await untilQuiet();

  expect(await rowOf(id)).toMatchObject({ status: 'paused', statusReason: 'lunch', owner: null });
});

it('finishes its step when only a message to it cannot be read, and takes the message when it can', async () => {
  const keys = new Keys('a');
  const node = await run(keys);
  const id = await start(node, 'works');
  await new CodedStore({ store: inner, codec: new Keys('c') }).publish([
    { ...go('k'), id: 'e1', data: '"yes"', tenantId: null, time: null, correlationId: null },
  ]);
  await node.host.pool.readMail();
  await untilQuiet();
  expect(await rowOf(id)).toMatchObject({ status: 'running', fence: 1 });

  held.release();
  await untilQuiet();
  await pass(2_000);

  expect(await rowOf(id)).toMatchObject({ status: 'waiting', statusReason: 'unreadable' });
  expect(await node.ops.get(id)).not.toBeNull();
  expect((await node.ops.why(id)).pointers).toMatchObject([
    { stepName: 'WaitFor', waitingFor: 'unreadable' },
  ]);
  keys.names.add('c');
  await pass(UNREADABLE_PAUSE_MS);
  expect(await rowOf(id)).toMatchObject({ status: 'completed' });
  expect(held.runs).toBe(1);
});

it('waits with what a step has done while nothing can be encoded, and does not run it again', async () => {
  const keys = new Keys('a');
  const node = await run(keys);
  const id = await start(node, 'works');
  keys.encodes = false;
  held.release();
  await pass(5_000);
  expect(node.store.health()).toMatchObject({ status: 'degraded' });
  await expect(node.ops.publish(go('k'))).rejects.toMatchObject({ code: 'PAYLOAD_NOT_ENCODED' });

  keys.encodes = true;
  await pass(2_000);
  expect(await rowOf(id)).toMatchObject({ status: 'waiting', fence: 1 });
  await node.ops.publish(go('k'));
  await untilQuiet();

  expect(await rowOf(id)).toMatchObject({ status: 'completed' });
  expect(held.runs).toBe(1);
  expect(node.store.health()).toMatchObject({ status: 'healthy', detail: null });
});

it('is what a state is, too, that a careless codec decodes into something else', async () => {
  const id = await left();
  const node = await run({ encode: (text) => text, decode: () => 'garbage' });

  await node.ops.publish(go('k'));
  await untilQuiet();

  expect(await rowOf(id)).toMatchObject({ status: 'waiting', statusReason: 'unreadable' });
  await expect(node.ops.get(id)).rejects.toMatchObject({ code: 'PAYLOAD_UNREADABLE' });
});
