import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PointerExplanation, WorkflowBuilder } from '@workflow-runner/engine';
import { SystemClock } from '@workflow-runner/engine';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Lab } from '../harness.js';
import { Trace, workflow } from '../trace.js';

const COUNT = 100;
let trace = new Trace();

beforeEach(() => {
  trace = new Trace();
});

/** The workflow as it was, and as somebody edited it: a step was inserted before the one they are parked at. */
const before = (version: string) =>
  workflow('order', (b) => parkedStep(b.startWith(trace.step('A'))).then(trace.step('Ship')), version);
const after = (version: string) =>
  workflow(
    'order',
    (b) =>
      parkedStep(b.startWith(trace.step('A')))
        .then(trace.step('New'))
        .then(trace.step('Ship')),
    version,
  );

function parkedStep<T extends ReturnType<WorkflowBuilder<Record<string, unknown>>['startWith']>>(step: T) {
  return step.waitFor('paid', () => 'k');
}

/** 100 instances of the old definition that stand before a step, in a file, and their process is gone. */
async function park(): Promise<{ store: SqliteStore; ids: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'redeploy-'));
  const store = new SqliteStore({ path: join(folder, 'workflows.db'), clock: new SystemClock() });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await store.open();
  const lab = await Lab.open([before('1.0.0')], { store });
  const ids = await Promise.all(Array.from({ length: COUNT }, () => lab.start('order')));
  await Promise.all(ids.map((id) => lab.rests(id)));
  await lab.stop();
  return { store, ids };
}

async function whyOfAll(lab: Lab, ids: readonly string[]): Promise<PointerExplanation['waitingFor'][]> {
  const answers = await Promise.all(ids.map((id) => lab.why(id)));
  return answers.flat().map(({ waitingFor }) => waitingFor);
}

/** The event has reached them, and the host has put each of them aside. */
async function noticed(lab: Lab, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await lab.eventually(async () => {
      const { record } = (await lab.ops.get(id))!;
      expect([record.status, record.statusReason, record.owner]).toEqual([
        'waiting',
        'definition-changed',
        null,
      ]);
    });
  }
}

const all = <T>(value: T): T[] => Array.from({ length: COUNT }, () => value);
const paid = { name: 'paid', key: 'k' };
const count = (name: string) => trace.marks.filter((mark) => mark === name).length;

describe('redeploy: a step inserted under the same version', () => {
  it('is told of by lists and health right after the start, before anything wakes an instance', async () => {
    const { store, ids } = await park();
    const lab = await Lab.open([after('1.0.0')], { store });
    await noticed(lab, ids);
    expect(await whyOfAll(lab, ids)).toEqual(all('definition-changed'));
    expect(count('New')).toBe(0);
  });

  it('makes all instances say definition-changed, and the new step runs for none', async () => {
    const { store, ids } = await park();
    const lab = await Lab.open([after('1.0.0')], { store });
    expect(await whyOfAll(lab, ids)).toEqual(all('definition-changed'));
    await lab.ops.publish(paid);
    await noticed(lab, ids);
    expect(await whyOfAll(lab, ids)).toEqual(all('definition-changed'));
    expect([count('New'), count('Ship')]).toEqual([0, 0]);
  });

  it('lets them go on when the old definition is registered again', async () => {
    const { store, ids } = await park();
    const edited = await Lab.open([after('1.0.0')], { store });
    await edited.ops.publish(paid);
    await noticed(edited, ids);
    await edited.stop();
    const lab = await Lab.open([before('1.0.0')], { store });
    const ended = await Promise.all(ids.map((id) => lab.end(id)));
    expect(ended.map(({ record }) => record.status)).toEqual(all('completed'));
    expect([count('New'), count('Ship')]).toEqual([0, COUNT]);
  });

  it('is taken over by those that are told to accept it', async () => {
    const { store, ids } = await park();
    const lab = await Lab.open([after('1.0.0')], { store });
    const [accepting, ...others] = ids;
    await lab.ops.control(accepting!, { action: 'accept' });
    await lab.rests(accepting!);
    expect(await lab.why(accepting!)).toMatchObject([{ waitingFor: 'event' }]);
    await lab.ops.publish(paid);
    expect((await lab.end(accepting!)).record.status).toBe('completed');
    expect([count('New'), count('Ship')]).toEqual([1, 1]);
    expect(await whyOfAll(lab, others)).toEqual(all('definition-changed').slice(1));
  });
});

describe('redeploy: a step inserted as version 1.1.0 beside 1.0.0', () => {
  it('leaves the old ones to finish on the old code, and new starts take the new', async () => {
    const { store, ids } = await park();
    const lab = await Lab.open([before('1.0.0'), after('1.1.0')], { store });
    const fresh = await lab.start('order');
    await lab.rests(fresh);
    await lab.ops.publish(paid);
    const ended = await Promise.all([...ids, fresh].map((id) => lab.end(id)));
    expect(ended.map(({ record }) => record.status)).toEqual([...all('completed'), 'completed']);
    expect(ended.at(-1)?.record.version).toBe('1.1.0');
    expect([count('New'), count('Ship')]).toEqual([1, COUNT + 1]);
  });
});
