import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EsHost } from '@workflow-runner/engine/compat';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Gate, Trace, workflow } from '../trace.js';

describe('must stay 13: startWorkflow', () => {
  it('resolves before the first step runs', async () => {
    const trace = new Trace();
    const lab = await Lab.open([workflow('one', (b) => b.startWith(trace.step('A')))]);
    const host = new EsHost(lab.host, lab.ops);
    const id = await host.startWorkflow('one', 1, {});
    trace.marks.push('resolved');
    await lab.end(id);
    expect(trace.marks).toEqual(['resolved', 'A']);
  });

  it('takes undefined as {} and leaves null as it is', async () => {
    const seen: unknown[] = [];
    const look = new Trace().step('Look', ({ workflow: { data } }) => void seen.push(data));
    const lab = await Lab.open([workflow('look', (b) => b.startWith(look))]);
    const host = new EsHost(lab.host, lab.ops);
    await lab.end(await host.startWorkflow('look', 1));
    await lab.end(await host.startWorkflow('look', 1, null));
    expect(seen).toEqual([{}, null]);
  });
});

describe('must stay 14: the life of a host', () => {
  it('keeps the process alive while it runs, and lets go of it when stop is called without awaiting', async () => {
    const script = fileURLToPath(new URL('../live-and-stop.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 10_000 });
    expect(stdout).toBe('alive\nstop called\n');
  });
});

describe('must stay 15: suspend, resume and terminate', () => {
  it('say whether they did it, and false for an unknown id', async () => {
    const gate = new Gate();
    const lab = await Lab.open([
      workflow('waits', (b) => b.startWith(new Trace().step('A')).waitFor('e', () => 'k')),
      workflow('held', (b) => b.startWith(new Trace().step('Held', () => gate.opened))),
    ]);
    const host = new EsHost(lab.host, lab.ops);
    const id = await host.startWorkflow('waits', 1, {});
    await lab.rests(id);
    expect(await host.resumeWorkflow(id)).toBe(false);
    expect(await host.suspendWorkflow(id)).toBe(true);
    expect((await host.getWorkflowInstance(id))?.status).toBe(1);
    expect(await host.resumeWorkflow(id)).toBe(true);
    await lab.rests(id);
    expect(await host.terminateWorkflow(id)).toBe(true);
    await lab.end(id);
    expect(await host.terminateWorkflow(id)).toBe(false);
    for (const ask of ['suspendWorkflow', 'resumeWorkflow', 'terminateWorkflow'] as const) {
      expect(await host[ask]('unknown')).toBe(false);
    }
    gate.open();
  });
});
