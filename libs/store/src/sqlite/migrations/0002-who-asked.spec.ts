import { SIGNAL_NAME, signalBytes, SYSTEM_CALLER } from '@workflow-runner/contract';
import { ManualClock } from '@workflow-runner/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OldFile } from '../../../../../test/contract/old-file.js';
import { migrate } from '../schema.js';
import { SqliteStore } from '../sqlite-store.js';
import { firstSchema } from './0001-first-schema.js';

const ROW = { instance: 1, kind: 'rest', node: 'n', at: 7, tell: 'waiting', change: '{}' };
const DATA = '"é"';

describe('a file of the first version', () => {
  let file: OldFile;
  let store: SqliteStore;

  beforeEach(async () => {
    file = await OldFile.ofVersion(1);
    file.insertInstance({ seq: 1, id: 'i1' });
    file.insert('journal', { ...ROW, position: 1, revision: 1 });
    file.insert('signals', { instance_id: 'i1', id: 's1' });
    const empty = { subscription_id: '', pointer_id: '', key: '' };
    const message = { id: 's1', event_id: 's1', event_time: 7, name: SIGNAL_NAME, data: DATA };
    file.insert('inbox', { instance_id: 'i1', ...empty, ...message });
    store = new SqliteStore({ path: file.path, clock: new ManualClock() });
    await store.open();
  });
  afterEach(async () => {
    await store.close();
    file.remove();
  });

  async function claimed() {
    const node = await store.join({ nodeId: 'n', leaseMs: 1_000, workflowIds: [] });
    const request = { limit: 1, workflowIds: ['a.b@1.0.0'], instanceIds: ['i1'] };
    const [loaded] = await store.claim(node, request);
    return { node, ...loaded! };
  }

  it('is read as it was: nobody is known to have asked for anything', async () => {
    expect((await store.load('i1'))?.inbox).toMatchObject([{ id: 's1', data: DATA }]);
    expect((await store.history('i1', { limit: 9 })).items).toMatchObject([
      { revision: 1, kind: 'rest', tell: ['waiting'], control: null },
    ]);
    expect((await store.history('i1', { limit: 9, controlsOnly: true })).items).toEqual([]);
    expect(await store.check()).toEqual([]);
  });

  it('takes wishes, and says from then on whose they were', async () => {
    const wish = { action: 'pause', caller: SYSTEM_CALLER, reason: null } as const;
    for (const id of ['w1', 'w1']) await store.control({ id, instanceId: 'i1', tenantId: null, mark: wish });
    const { node, record } = await claimed();
    const control = {
      action: 'pause',
      caller: { subject: 'ann', kind: 'user' },
      reason: null,
      askedAt: 5,
    } as const;
    const lists = { subscribe: [], unsubscribe: [], consumed: [] };
    await store.commit({
      ...{ ...lists, snapshot: null, rest: null, columns: null, tenantId: null, owner: node },
      ...{ instanceId: 'i1', workflowId: record.workflowId, fence: record.fence, revision: 2 },
      honoured: record.control?.at ?? null,
      entry: { kind: 'control', attempt: null, control, change: '{}', tell: [] },
    });

    const { items } = await store.history('i1', { limit: 9 });
    expect(items.map((row) => row.control)).toEqual([null, control]);
  });

  it('counts the signals that lie in its inboxes', async () => {
    const kept = signalBytes(DATA);
    const send = (id: string, limitBytes: number) =>
      store.send({ id, instanceId: 'i1', tenantId: null, stepName: '', data: '1', bytes: 100, limitBytes });

    expect(await send('s2', kept + 99)).toMatchObject({ verdict: 'full' });
    expect(await send('s2', kept + 100)).toMatchObject({ verdict: 'accepted' });
  });

  it('may go on being used by the version before, whose rows say nothing of wishes', async () => {
    migrate(file.driver, [firstSchema]);
    file.insert('journal', { ...ROW, position: 2, revision: 2, kind: 'control' });
    file.insertInstance({ seq: 2, id: 'i2' });

    expect((await store.history('i1', { limit: 9 })).items).toMatchObject([
      { control: null },
      { kind: 'control', control: null },
    ]);
    const signal = { id: 's1', instanceId: 'i2', tenantId: null, stepName: '', data: '1' };
    expect(await store.send({ ...signal, bytes: 1, limitBytes: 1 })).toMatchObject({ verdict: 'accepted' });
  });
});
