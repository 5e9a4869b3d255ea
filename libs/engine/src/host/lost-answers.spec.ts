import {
  StoreFullError,
  StoreLockedError,
  StoreReadOnlyError,
  StoreUnavailableError,
  type ControlAction,
  type ControlReceipt,
  type ControlRequest,
  type NewEvent,
  type NewSignal,
  type PublishReceipt,
  type SignalReceipt,
} from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { gate, HostLab, next, step } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

/** Loses the answers to what is published, sent and wished, as often as it is told to. */
class Forgetful extends MemoryStore {
  /** Answers to be lost. */
  losses = 0;
  calls = 0;
  /** False: it fails before it has written anything. */
  writes = true;
  /** What it fails with, one after another. */
  errors: Error[] = [];
  /** What happens between the writing and the loss. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  /** What its own host has asked for, nobody hints at. */
  override onHint(): () => void {
    return () => undefined;
  }

  override publish(events: readonly NewEvent[]): Promise<readonly PublishReceipt[]> {
    return this.perhaps(() => super.publish(events));
  }

  override send(signal: NewSignal): Promise<SignalReceipt> {
    return this.perhaps(() => super.send(signal));
  }

  override control(request: ControlRequest): Promise<ControlReceipt> {
    return this.perhaps(() => super.control(request));
  }

  private async perhaps<T>(call: () => Promise<T>): Promise<T> {
    this.calls += 1;
    if (this.losses === 0) return call();
    this.losses -= 1;
    if (this.writes) await call();
    await this.meanwhile();
    throw this.errors.shift() ?? new StoreUnavailableError('the answer was lost');
  }
}

interface Data {
  got?: unknown[];
}

const keep = (body: unknown, data: Data): void => {
  data.got = [...(data.got ?? []), (body as { eventData: unknown }).eventData];
};

function waits(builder: WorkflowBuilder<Data>): void {
  builder
    .startWith(step(next))
    .waitFor('go', () => 'k')
    .output(keep)
    .waitFor('go', () => 'again')
    .output(keep);
}

async function waiting() {
  const lab = await HostLab.open((clock) => new Forgetful({ clock }));
  const node = await lab.join({ waits });
  const id = await lab.start(node.ops, { workflowId: 'waits' });
  lab.store.calls = 0;
  return { lab, ...node, id };
}

describe('an event that was stored and whose answer was lost', () => {
  it('is reported as accepted, and has reached its wait once', async () => {
    const { lab, ops, id } = await waiting();
    lab.store.losses = 1;
    const receipt = await ops.publish({ id: 'e1', name: 'go', key: 'k', data: 5 });
    await lab.settle();

    expect([receipt.accepted, lab.store.calls]).toEqual([true, 2]);
    expect((await ops.get(id))?.data).toEqual({ got: [5] });
  });

  it('reaches a wait of an instance that runs here', async () => {
    const lab = await HostLab.open((clock) => new Forgetful({ clock }));
    const held = gate();
    const node = await lab.join({
      both: (builder) =>
        void builder
          .startWith(step(next))
          .parallel()
          .do((one) => one.startWith(held.body))
          .do(
            (other) =>
              void other
                .startWith(step(next))
                .waitFor('go', () => 'k')
                .output(keep),
          )
          .join(),
    });
    const id = await lab.start(node.ops, { workflowId: 'both' });
    lab.store.losses = 1;
    await node.ops.publish({ name: 'go', key: 'k', data: 5 });
    await lab.settle();

    expect((await node.ops.get(id))?.data).toEqual({ got: [5] });
  });

  it('is not taken for one that had the id before, in words or in time', async () => {
    const { lab, ops } = await waiting();
    await ops.publish({ id: 'e1', name: 'go', key: 'k', data: 5 });
    lab.store.losses = 1;
    const other = await ops.publish({ id: 'e1', name: 'go', key: 'k', data: 6 });
    await lab.pass(10);
    lab.store.losses = 1;
    const same = await ops.publish({ id: 'e1', name: 'go', key: 'k', data: 5 });

    expect([other.accepted, same.accepted]).toEqual([false, false]);
  });
});

describe('a signal that was stored and whose answer was lost', () => {
  it('reaches one wait, and no second', async () => {
    const { lab, ops, id } = await waiting();
    lab.store.losses = 1;
    lab.store.meanwhile = () => lab.settle();
    await ops.signal(id, 5);
    await lab.settle();

    expect((await ops.get(id))?.data).toEqual({ got: [5] });
  });

  it('is accepted although the instance has ended with it meanwhile', async () => {
    const { lab, host, ops, id } = await waiting();
    await ops.signal(id, 5);
    lab.store.losses = 1;
    lab.store.meanwhile = () => host.pool.claim([id]).then(() => lab.settle());
    await ops.signal(id, 6);

    expect(await ops.get(id)).toMatchObject({ record: { status: 'completed' }, data: { got: [5, 6] } });
  });
});

describe('a wish that was stored and whose answer was lost', () => {
  const from: Record<Exclude<ControlAction, 'accept' | 'discard'>, readonly ControlAction[]> = {
    pause: [],
    resume: ['pause'],
    cancel: [],
    terminate: [],
    retry: [],
  };

  it.each([
    ['pause', 'paused'],
    ['resume', 'waiting'],
    ['cancel', 'cancelled'],
    ['terminate', 'cancelled'],
  ] as const)('is fulfilled once, also where it was granted meanwhile: %s', async (action, status) => {
    const { lab, host, ops, id } = await waiting();
    for (const before of from[action]) await ops.control(id, { action: before });
    lab.store.losses = 1;
    lab.store.meanwhile = () => host.pool.claim([id]).then(() => lab.settle());
    await ops.control(id, { action, reason: 'once' });
    await lab.settle();

    expect((await lab.record(id)).status).toBe(status);
    const { items } = await ops.history(id, { limit: 100, controlsOnly: true });
    expect(items.filter(({ control }) => control?.reason === 'once')).toHaveLength(1);
  });

  it.each([true, false])('is fulfilled where nobody has looked at it yet (stored: %s)', async (writes) => {
    const { lab, ops, id } = await waiting();
    Object.assign(lab.store, { losses: 1, writes });
    await ops.control(id, { action: 'cancel' });

    expect([(await lab.record(id)).status, lab.store.calls]).toEqual(['cancelled', 2]);
  });

  it('does not put the data of a retry in place twice', async () => {
    const lab = await HostLab.open((clock) => new Forgetful({ clock }));
    const held = gate();
    const counts = step((context) => {
      const data = context.workflow.data as { count?: number };
      if (data.count === undefined) throw Object.assign(new Error('no count'), { retryable: false });
      data.count += 1;
      return next();
    });
    const { host, ops } = await lab.join({
      counts: (builder) => void builder.startWith(counts).then(held.body),
    });
    const id = await lab.start(ops, { workflowId: 'counts' });
    lab.store.losses = 1;
    lab.store.meanwhile = () => host.pool.claim([id]);
    await ops.control(id, { action: 'retry', data: { count: 1 } });
    await lab.settle();
    held.open();
    await lab.settle();

    expect(await ops.get(id)).toMatchObject({ record: { status: 'completed' }, data: { count: 2 } });
  });
});

describe('a store that goes on failing', () => {
  it('is asked once more, and what it said first is told', async () => {
    const { lab, ops, id } = await waiting();
    const errors = [new StoreUnavailableError('away'), new StoreFullError('full')];
    Object.assign(lab.store, { losses: 2, writes: false, errors });

    await expect(ops.control(id, { action: 'pause' })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(lab.store.calls).toBe(2);
  });

  it('is not asked again for a lock: whoever waited for it has waited long enough', async () => {
    const { lab, ops } = await waiting();
    Object.assign(lab.store, { losses: 1, writes: false, errors: [new StoreLockedError('locked')] });
    const published = ops.publish({ id: 'e1', name: 'go', key: 'k' });
    await expect(published).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect(lab.store.calls).toBe(1);
  });

  it('is not asked again where that cannot help', async () => {
    const { lab, ops, id } = await waiting();
    Object.assign(lab.store, { losses: 1, writes: false, errors: [new StoreReadOnlyError('no')] });

    await expect(ops.signal(id, 1)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
    expect(lab.store.calls).toBe(1);
  });
});
