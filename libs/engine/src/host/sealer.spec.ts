import { Logger, StoreUnavailableError, type NewAuditEntry } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { HostLab, next, step } from '../../../../test/engine/host-lab.js';
import { Sealer } from './sealer.js';

/** Counts what it is asked, and may be away, or slow. */
class WatchedStore extends MemoryStore {
  isAway = false;
  calls = 0;
  slowly: Promise<void> | null = null;

  override async seal(chain: string, limit: number): Promise<number> {
    this.calls += 1;
    if (this.isAway) throw new StoreUnavailableError('away');
    const count = await super.seal(chain, limit);
    await this.slowly;
    return count;
  }

  async unsealed(): Promise<number> {
    return (await this.auditChains()).unsealed;
  }
}

class Lines extends Logger {
  readonly all: string[] = [];
  debug(): void {}
  error(): void {}
  override warn(line: string): void {
    this.all.push(line);
  }
  override info(line: string): void {
    this.all.push(line);
  }
}

const POLL_MS = 5_000;

async function open() {
  const clock = new ManualClock();
  const store = new WatchedStore({ clock });
  await store.open();
  const logger = new Lines();
  const sealer = new Sealer(store, clock, logger, POLL_MS, 'node-a');
  let written = 0;
  const write = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 1) await store.audit([entry(`e${(written += 1)}`)]);
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { store, sealer, logger, write, pass };
}

function entry(id: string): NewAuditEntry {
  return {
    ...{ id, caller: null, tenantId: null, action: 'workflow:view', reason: null, correlationId: null },
    ...{ details: {}, resource: { kind: 'route', id: null }, workflowId: null, result: 'refused' },
  };
}

describe('The sealer', () => {
  it('seals within a second what this process has written, however many they are', async () => {
    const { store, sealer, write, pass } = await open();
    sealer.start();
    await pass(0);
    await write(1_000);
    sealer.wrote();

    await pass(999);

    expect(await store.unsealed()).toBe(0);
    const [newest] = (await store.auditTrail({}, { limit: 1 })).items;
    expect(newest?.seal).toMatchObject({ chain: 'node-a', sequence: 1_000 });
  });

  it('does not look at the store for each entry', async () => {
    const { store, sealer, write, pass } = await open();
    sealer.start();
    await pass(0);
    const before = store.calls;
    for (let n = 0; n < 50; n += 1) {
      await write(1);
      sealer.wrote();
      await pass(1);
    }
    await pass(999);

    expect(store.calls - before).toBe(1);
  });

  it('finds what others have left, at the poll interval', async () => {
    const { store, sealer, write, pass } = await open();
    await write(1);
    sealer.start();
    await pass(0);
    expect(await store.unsealed()).toBe(0);
    await write(1);

    await pass(POLL_MS - 1);
    expect(await store.unsealed()).toBe(1);
    await pass(1);
    expect(await store.unsealed()).toBe(0);
  });

  it('soon takes what comes while it is at work', async () => {
    const { store, sealer, write, pass } = await open();
    let goOn = (): void => undefined;
    store.slowly = new Promise((resolve) => (goOn = resolve));
    sealer.start();
    await write(1);
    sealer.wrote();
    await pass(900);
    store.slowly = null;
    goOn();
    await pass(0);

    await pass(250);

    expect(await store.unsealed()).toBe(0);
  });

  it('tries again while the store is away, and says so once', async () => {
    const { store, sealer, logger, write, pass } = await open();
    sealer.start();
    await write(1);
    store.isAway = true;
    sealer.wrote();
    for (let second = 0; second < 5; second += 1) await pass(1_000);
    store.isAway = false;
    await pass(1_000);

    expect(logger.all).toEqual(['audit.not-sealed', 'audit.seals-again']);
    expect(await store.unsealed()).toBe(0);
  });

  it('seals at its stop what is there, and nothing after it', async () => {
    const { store, sealer, write, pass } = await open();
    sealer.start();
    await pass(0);
    await write(2);
    await sealer.stop();
    expect(await store.unsealed()).toBe(0);

    await write(1);
    sealer.wrote();
    await pass(10 * POLL_MS);

    expect(await store.unsealed()).toBe(1);
  });
});

describe('A host', () => {
  const workflows = {
    one: (builder: { startWith(body: unknown): unknown }) => void builder.startWith(step(next)),
  };

  it.each([true, false])('seals what was asked of it (execute: %s), and at its stop', async (execute) => {
    const lab = await HostLab.open((clock) => new WatchedStore({ clock }));
    const { host, ops } = await lab.join(workflows, { execute, nodeId: 'n-1' });
    await lab.start(ops, { workflowId: 'one' });
    await ops.publish({ name: 'e', key: 'k' });
    expect(await lab.store.unsealed()).toBe(2);
    await lab.pass(999);
    expect(await lab.store.unsealed()).toBe(0);

    await ops.publish({ name: 'e', key: 'k' });
    void host.stop(0);
    await lab.settle();

    expect(await lab.store.auditChains()).toMatchObject({
      chains: [{ name: 'n-1', head: { sequence: 3 } }],
      unsealed: 0,
    });
  });

  it('stops in its time where sealing does not end', async () => {
    const lab = await HostLab.open((clock) => new WatchedStore({ clock }));
    const { host, ops } = await lab.join(workflows);
    await ops.publish({ name: 'e', key: 'k' });
    lab.store.slowly = new Promise(() => undefined);
    let isDone = false;
    void host.stop(0).then(() => (isDone = true));

    await lab.pass(1_000, 100);

    expect(isDone).toBe(true);
  });
});
