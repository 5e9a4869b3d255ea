import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { expect, it } from 'vitest';
import type { Store } from '@workflow-runner/contract';
import { Quick, RunnerLab } from '../../../test/runner/lab.js';

const AT_HAND = new Set<PropertyKey>(['now', 'health', 'open', 'close', 'onHint']);

/** A store whose calls are never answered from a moment on. */
function silentFrom(store: Store, isSilent: () => boolean): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const call = member.bind(target) as (...args: unknown[]) => unknown;
      if (AT_HAND.has(name)) return call;
      return (...args: unknown[]) => (isSilent() ? new Promise(() => undefined) : call(...args));
    },
  });
}

it('A runner stops within its limits when the store has ceased to answer', async () => {
  const lab = new RunnerLab();
  const clock = new ManualClock();
  let isSilent = false;
  const store = silentFrom(new MemoryStore({ clock }), () => isSilent);
  const components = { lifecycle: { drainMs: 1_000 } };
  const runner = await lab.run({ store, clock, components, workflows: [Quick] });
  isSilent = true;
  // Heartbeat, looks and figures are under way.
  for (let i = 0; i < 12; i += 1) {
    clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
  }

  let tookMs = 0;
  const stopped = runner.stop().then(() => true);
  const step = async (): Promise<boolean> => {
    clock.advance(100);
    tookMs += 100;
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return Promise.race([stopped, Promise.resolve(false)]);
  };
  while (!(await step())) if (tookMs > 60_000) break;

  expect(runner.state.status).toBe('stopped');
  expect(tookMs).toBeLessThanOrEqual(3_000);
});
