import { ManualClock } from '@workflow-runner/testing';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it, vi } from 'vitest';
import { deferred, LogBook } from '../../../test/runner/lab.js';
import { MetricsReader } from './metrics-reader.js';

function lab() {
  const clock = new ManualClock();
  const store = new MemoryStore({ clock });
  const logger = new LogBook();
  return { clock, store, logger, reader: new MetricsReader(store, clock, logger) };
}

const COUNTS = { pending: 1, running: 2, waiting: 3, paused: 4, completed: 50, failed: 50, cancelled: 50 };

describe('Metrics', () => {
  it('are there when the runner runs, and never older than five seconds', async () => {
    const { clock, store, reader } = lab();
    await store.open();
    const count = vi.spyOn(store, 'countByStatus').mockResolvedValue(COUNTS);
    await reader.start();
    expect(reader.totals.activeInstances).toBe(10);
    count.mockResolvedValue({ ...COUNTS, waiting: 0 });
    clock.advance(5_000);
    await vi.waitFor(() => expect(reader.totals.activeInstances).toBe(7));
    await reader.stop();
  });

  it('keep what they have while the store is away, and come back with it', async () => {
    const { clock, store, reader, logger } = lab();
    await store.open();
    const count = vi.spyOn(store, 'countByStatus').mockResolvedValue(COUNTS);
    await reader.start();
    count.mockRejectedValue(new Error('gone'));
    clock.advance(5_000);
    await vi.waitFor(() => expect(logger.of('warn')).toEqual(['metrics.failed']));
    expect(reader.totals.activeInstances).toBe(10);
    count.mockResolvedValue({ ...COUNTS, waiting: 0 });
    await vi.waitFor(() => {
      clock.advance(5_000);
      expect(reader.totals.activeInstances).toBe(7);
    });
    await reader.stop();
  });

  it('are read no more after a stop', async () => {
    const { clock, store, reader } = lab();
    await store.open();
    await reader.start();
    await reader.stop();
    const count = vi.spyOn(store, 'countByStatus');
    clock.advance(60_000);
    await Promise.resolve();
    expect(count).not.toHaveBeenCalled();
  });

  it('are read no more after a stop that came while they were read', async () => {
    const { clock, store, reader } = lab();
    await store.open();
    await reader.start();
    const answer = deferred<typeof COUNTS>();
    const count = vi.spyOn(store, 'countByStatus').mockReturnValue(answer.promise);
    clock.advance(5_000);
    const stopped = reader.stop();
    answer.resolve(COUNTS);
    await stopped;
    await new Promise(setImmediate);
    clock.advance(60_000);
    expect(count).toHaveBeenCalledTimes(1);
  });

  it('measure what the process uses between two samples', async () => {
    const { clock, store, reader } = lab();
    await store.open();
    await reader.start();
    const until = performance.now() + 60;
    while (performance.now() < until);
    clock.advance(5_000);
    expect(reader.resources.cpu).toBeGreaterThan(0);
    expect(reader.resources.memory).toBeGreaterThan(10);
    await reader.stop();
  });
});
