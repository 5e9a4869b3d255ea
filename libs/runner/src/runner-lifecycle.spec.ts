import { describe, expect, it } from 'vitest';
import { deferred, rejection } from '../../../test/runner/lab.js';
import { RunnerLifecycle } from './runner-lifecycle.js';

/** A start and a stop that end when the test says so. */
function controlled() {
  const log: string[] = [];
  const starting = deferred<string>();
  const stopping = deferred<void>();
  const lifecycle = new RunnerLifecycle<string>({
    start: () => (log.push('start'), starting.promise),
    stop: (live) => (log.push(`stop ${live}`), stopping.promise),
  });
  return { log, starting, stopping, lifecycle };
}

describe('The life of a runner', () => {
  it('begins once, however often it is asked for', async () => {
    const { lifecycle, starting, log } = controlled();
    const calls = [lifecycle.start(), lifecycle.start()];
    expect(lifecycle.status).toBe('initializing');
    expect(calls[0]).toBe(calls[1]);
    starting.resolve('it');
    await Promise.all(calls);
    expect(lifecycle.start()).toBe(calls[0]);
    expect(lifecycle.running).toBe('it');
    expect(log).toEqual(['start']);
  });

  it('ends once, and a stop during the start waits for it', async () => {
    const { lifecycle, starting, stopping, log } = controlled();
    const begun = lifecycle.start();
    const stops = [lifecycle.stop(), lifecycle.stop()];
    starting.resolve('it');
    await begun;
    stopping.resolve();
    await Promise.all(stops);
    expect(lifecycle.status).toBe('stopped');
    await lifecycle.stop();
    expect(lifecycle.value).toBeNull();
    expect(log).toEqual(['start', 'stop it']);
  });

  it('refuses to be used while it stops', async () => {
    const { lifecycle, starting, stopping } = controlled();
    starting.resolve('it');
    await lifecycle.start();
    const stopped = lifecycle.stop();
    expect(() => lifecycle.running).toThrow(expect.objectContaining({ code: 'STOPPING' }));
    expect(lifecycle.value).toBe('it');
    stopping.resolve();
    await stopped;
  });

  it('does nothing when a stop finds nothing to stop', async () => {
    const { lifecycle, log } = controlled();
    await lifecycle.stop();
    expect(lifecycle.status).toBe('uninitialized');
    expect(log).toEqual([]);
  });

  it('cannot begin again after it was stopped', async () => {
    const { lifecycle, starting, stopping } = controlled();
    starting.resolve('it');
    stopping.resolve();
    await lifecycle.start();
    await lifecycle.stop();
    expect(await rejection(lifecycle.start())).toMatchObject({ code: 'NOT_INITIALIZED' });
  });

  it('begins again after a failure only when it was reset', async () => {
    let fails = true;
    const lifecycle = new RunnerLifecycle<string>({
      start: async () => (fails ? Promise.reject(new Error('no')) : 'it'),
      stop: async () => undefined,
    });
    await rejection(lifecycle.start());
    expect(lifecycle.status).toBe('error');
    expect(await rejection(lifecycle.start())).toMatchObject({ code: 'NOT_INITIALIZED' });
    lifecycle.reset();
    fails = false;
    await lifecycle.start();
    expect(lifecycle.status).toBe('running');
    expect(() => lifecycle.reset()).toThrow(expect.objectContaining({ code: 'INVALID_TRANSITION' }));
  });

  it('ends in error when stopping failed, and lets go all the same', async () => {
    const { lifecycle, starting, stopping } = controlled();
    starting.resolve('it');
    await lifecycle.start();
    const stopped = lifecycle.stop();
    stopping.reject(new Error('no'));
    await rejection(stopped);
    expect(lifecycle.status).toBe('error');
    expect(lifecycle.value).toBeNull();
    await lifecycle.stop();
  });
});
