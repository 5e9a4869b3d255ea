import type { StepContext } from '@workflow-runner/engine';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { Lab } from '../harness.js';
import { Gate, Trace, workflow, type Context } from '../trace.js';

const TIMEOUT_MS = 1_000;
const GRACE_MS = 500;

/** One step under a clock that is moved by hand; tried twice, at once. */
async function open(run: (context: Context) => unknown, more: { maxAttempts?: number } = {}) {
  const clock = new ManualClock();
  const trace = new Trace();
  const source = workflow('slow', (b) => b.startWith(trace.step('Slow', run)).then(trace.step('After')));
  // Run to its end, it shows that the host has had time to do what it would do now.
  const other = workflow('other', (b) => b.startWith(new Trace().step('A')));
  const lab = await Lab.open([source, other], {
    clock,
    stepTimeoutMs: TIMEOUT_MS,
    retry: { maxAttempts: more.maxAttempts ?? 1, baseDelay: 0 },
    host: { graceMs: GRACE_MS },
  });
  const id = await lab.start('slow');
  await lab.eventually(() => expect(trace.marks).toEqual(['Slow']));
  return { lab, clock, trace, id };
}

function untilAborted({ signal }: StepContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

describe('a step timeout', () => {
  it('aborts the signal at its moment and fails the attempt as a timeout', async () => {
    const aborted: unknown[] = [];
    const { lab, clock, id, trace } = await open((context) => {
      context.signal.addEventListener('abort', () => aborted.push(context.signal.reason));
      return untilAborted(context);
    });
    clock.advance(TIMEOUT_MS - 1);
    expect(aborted).toEqual([]);
    clock.advance(1);
    const { record } = await lab.end(id);
    expect(aborted).toMatchObject([{ code: 'STEP_TIMED_OUT' }]);
    expect(record.failure).toMatchObject({ code: 'STEP_TIMED_OUT', category: 'timeout', step: 'Slow' });
    expect(trace.marks).toEqual(['Slow']);
  });

  it('uses up one attempt of the budget, and the next one has its whole time', async () => {
    const { lab, clock, id, trace } = await open(
      (context) => (context.attempt === 1 ? untilAborted(context) : undefined),
      { maxAttempts: 2 },
    );
    clock.advance(TIMEOUT_MS);
    expect((await lab.end(id)).record.status).toBe('completed');
    expect(trace.marks).toEqual(['Slow', 'Slow', 'After']);
    expect(await lab.attempts(id)).toEqual(['Slow:retrying', 'Slow:completed', 'After:completed']);
  });

  it('is extended by every heartbeat', async () => {
    let context!: StepContext;
    const gate = new Gate();
    const { lab, clock, id } = await open((given) => {
      context = given;
      return gate.opened;
    });
    for (let beat = 0; beat < 5; beat += 1) {
      clock.advance(TIMEOUT_MS - 1);
      context.heartbeat();
    }
    expect(context.signal.aborted).toBe(false);
    gate.open();
    expect((await lab.end(id)).record.status).toBe('completed');
  });

  it('waits a grace time for a body that ignores its signal, and drops what it says later', async () => {
    const late = new Gate();
    const { lab, clock, id, trace } = await open(
      async ({ attempt, workflow: { data } }) => {
        if (attempt > 1) return;
        await late.opened;
        (data as { late?: boolean }).late = true;
        trace.marks.push('late');
      },
      { maxAttempts: 2 },
    );
    clock.advance(TIMEOUT_MS + GRACE_MS - 1);
    await lab.run('other');
    expect(trace.marks).toEqual(['Slow']);
    expect(await lab.attempts(id)).toEqual([]);
    clock.advance(1);
    const { record, data } = await lab.end(id);
    late.open();
    expect([record.status, data]).toEqual(['completed', {}]);
    await lab.eventually(() => expect(trace.marks).toContain('late'));
    expect((await lab.ops.get(id))?.data).toEqual({});
    expect(await lab.attempts(id)).toEqual(['Slow:retrying', 'Slow:completed', 'After:completed']);
  });
});
