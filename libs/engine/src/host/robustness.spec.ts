import { SilentLogger, StoreUnavailableError, type Store } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { StepContext } from '../authoring/step-context.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult, StepBody } from '../authoring/workflow-es.js';
import { compile } from '../definition/compiled-definition.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { Alarm } from './alarm.js';
import type { HostOptions } from './host-options.js';
import { Operations } from './operations.js';
import { SystemClock, SystemIds, SystemRandom } from './system.js';
import { within } from './within.js';
import { WorkflowHost } from './workflow-host.js';

type Body = (context: StepContext) => Promise<ExecutionResult>;
type Data = Record<string, unknown>;

const clock = new SystemClock();

async function open(build: (builder: WorkflowBuilder<Data>) => void, wrap = (store: Store): Store => store) {
  const memory = new MemoryStore({ clock });
  await memory.open();
  const store = wrap(memory);
  const random = new SystemRandom();
  const policy = new PlainStepPolicy(random, { baseDelay: 1 });
  const options: Partial<HostOptions> = { pollIntervalMs: 10 };
  const host = new WorkflowHost({
    store,
    clock,
    random,
    ids: new SystemIds(clock),
    logger: new SilentLogger(),
    policy,
    options,
  });
  onTestFinished(() => host.stop());
  await host.register(
    compile({ nameSpace: 't', name: 'w', version: '1', category: 'workflow', component: workflow(build) }),
  );
  await host.start();
  const ops = new Operations(host);
  const start = async (data: Data = {}): Promise<string> => {
    const [verdict] = await ops.start([{ workflowId: 'w', data }]);
    if (!verdict || 'error' in verdict) throw new Error('not started', { cause: verdict?.error });
    return verdict.instanceId;
  };
  const end = async (id: string) => host.completions.wait(id, 5_000);
  return { host, ops, memory, start, end };
}

function workflow(build: (builder: WorkflowBuilder<Data>) => void) {
  return class {
    build(builder: WorkflowBuilder<Data>): void {
      build(builder);
    }
  };
}

function step(run: Body): new () => StepBody {
  return class extends StepBody {
    override run(context: unknown): Promise<ExecutionResult> {
      return run(context as StepContext);
    }
  };
}

const next = (): Promise<ExecutionResult> => ExecutionResult.next();

describe('what a step leaves that cannot be stored is its failure, once', () => {
  it.each<[string, Body]>([
    ['a function in context.local', (context) => ((context.local['fn'] = next), next())],
    ['an event key', () => ExecutionResult.waitForEvent('e', next as unknown as string, new Date())],
    ['a date that is none', () => ExecutionResult.sleep(new Date(NaN), null)],
    [
      'persistence data changed in place',
      (context) => {
        if (!context.persistenceData) return ExecutionResult.sleep(new Date(Date.now() + 1), { fine: true });
        (context.persistenceData as Data)['fn'] = next;
        throw new Error('and then it fails');
      },
    ],
  ])('%s', async (_name, body) => {
    const run = vi.fn(body);
    const lab = await open((builder) => void builder.startWith(step(run)));
    const { record } = await lab.end(await lab.start());
    expect(record.status).toBe('failed');
    expect(run.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it('an error whose message is no text', async () => {
    const odd = Object.assign(new Error('x'), { message: { no: 'text' } });
    const lab = await open((builder) => void builder.startWith(step(() => Promise.reject(odd))));
    expect((await lab.end(await lab.start())).record.status).toBe('failed');
  });
});

it('gives each foreach item to its branch as a restart would find it', async () => {
  const touch = step((context) => (((context.item as Data)['touched'] = true), next()));
  const lab = await open((builder) => {
    builder
      .startWith(step(next))
      .foreach((data) => data['items'] as unknown[])
      .do((each) => void each.startWith(touch));
  });
  const { data } = await lab.end(await lab.start({ items: [{ n: 1 }] }));
  expect(data).toEqual({ items: [{ n: 1 }] });
});

it('does not call a stored start a failed one when the answer is lost', async () => {
  let lost = 0;
  const wrap = (store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const call = value.bind(target) as (...args: unknown[]) => unknown;
        if (name !== 'create') return call;
        return async (...args: unknown[]) => {
          const answer = await call(...args);
          if (lost++ === 0) throw new StoreUnavailableError('the answer was lost');
          return answer;
        };
      },
    });
  const lab = await open((builder) => void builder.startWith(step(next)), wrap);
  const id = await lab.start();
  expect((await lab.end(id)).record.status).toBe('completed');
  expect((await lab.memory.list({}, { limit: 10 })).items).toHaveLength(1);
});

it('keeps a deadline that comes before the delay of a start', async () => {
  const run = vi.fn(next);
  const lab = await open((builder) => void builder.startWith(step(run)));
  const now = Date.now();
  const [verdict] = await lab.ops.start([{ workflowId: 'w', delayUntil: now + 60_000, deadline: now + 30 }]);
  const { record } = await lab.end((verdict as { instanceId: string }).instanceId);
  expect([record.status, record.statusReason]).toEqual(['cancelled', 'DEADLINE']);
  expect(run).not.toHaveBeenCalled();
});

it('rings after the length that was asked for, whatever is done to the wall clock meanwhile', () => {
  const manual = new ManualClock();
  let rung = 0;
  const alarm = new Alarm(
    manual,
    () => manual.monotonic(),
    () => (rung += 1),
  );
  alarm.at(manual.monotonic() + 500);
  manual.setWall(manual.now() - 3_600_000);
  manual.advance(500);
  expect(rung).toBe(1);
});

it('waits no longer than it may, and tells what went wrong', async () => {
  const manual = new ManualClock();
  const told: string[] = [];
  const tell = (error: unknown): void => void told.push((error as Error).message);
  const waiting = within(manual, 100, new Promise(() => undefined), tell);
  manual.advance(100);
  await waiting;
  await within(manual, 100, Promise.reject(new Error('broken')), tell);
  expect(told).toEqual(['not done within 100 ms', 'broken']);
});
