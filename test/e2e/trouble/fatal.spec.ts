import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountSmallDisk, whyNoMounts } from '../../contract/small-disk.js';
import { makeFolder } from '../../contract/sqlite-lab.js';
import { ADAPTERS, RestLab } from '../../rest/host-lab.js';
import { rejection } from '../../runner/lab.js';
import { until } from '../until.js';
import { collectGarbage, openFilesBelow, READ_ONLY, SPOILT, type Spoilt } from './spoilt-files.js';
import { TroubleHost } from './trouble-host.js';

const noMounts = whyNoMounts();
if (noMounts !== null)
  console.warn(`SKIPPED: a host on a read-only disk: ${noMounts}; run the suite as root`);

const lab = new RestLab();
let folder: string;
let remove: () => void;
let unmount: () => void = () => undefined;
beforeEach(() => ({ folder, remove } = makeFolder()));
afterEach(async () => {
  await lab.clear();
  unmount();
  unmount = () => undefined;
  remove();
});

describe.each(ADAPTERS)('An application on %s', (adapter) => {
  /** Another application has left an instance to be run in the file. */
  async function withOneToRun(): Promise<{ path: string; id: string; connectionString: string }> {
    const path = join(folder, 'data', 'store.db');
    const connectionString = `sqlite:${path}`;
    const asking = await TroubleHost.boot(lab, adapter, {
      persistence: { connectionString },
      execute: false,
    });
    const id = await asking.accepted('parked', 'k');
    await lab.clear();
    await collectGarbage();
    return { path, id, connectionString };
  }

  async function failsThenWorks({ code, spoil }: Spoilt): Promise<void> {
    const { path, id, connectionString } = await withOneToRun();
    const mend = spoil(path);
    const failing = new TroubleHost();
    let app!: INestApplication;
    const prepare = (made: INestApplication): void => void (app = made);

    const error = await rejection(failing.boot(lab, adapter, { persistence: { connectionString } }, prepare));

    expect(error).toMatchObject({ name: 'ComponentFailedError', component: 'store', code });
    expect((error as Error).message).toMatch(code === 'STORE_TOO_NEW' ? /schema 10\d/ : join(folder, 'data'));
    expect(app.get(WorkflowRunnerService).state.status).toBe('error');
    await app.close();
    expect(failing.effects.size).toBe(0);
    await collectGarbage();
    expect(openFilesBelow(folder)).toEqual([]);
    mend();
    const again = await TroubleHost.boot(lab, adapter, { persistence: { connectionString } });
    await until(async () => (await again.statusOf(id)) === 'waiting');
    expect([...again.effects.values()]).toEqual([1]);
  }

  it.each(Object.entries(SPOILT))(
    'does not start when its store %s, runs nothing, leaves nothing open, and starts once that is mended',
    async (_what, spoilt) => failsThenWorks(spoilt),
  );

  it.skipIf(noMounts !== null)(
    'does not start when its store is read-only, runs nothing, leaves nothing open, and starts once that is mended',
    async () => {
      const disk = join(folder, 'data');
      mkdirSync(disk);
      unmount = mountSmallDisk(disk, '4m');
      await failsThenWorks(READ_ONLY);
    },
  );
});
