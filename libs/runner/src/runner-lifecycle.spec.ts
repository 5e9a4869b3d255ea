import { describe, expect, it } from 'vitest';
import { deferred, rejection } from '../../../test/runner/lab.js';
import { RunnerLifecycle } from './runner-lifecycle.js';

/** A start and a stop that end when the test says so. */
function controlled() {
  const log: string[] = [];
  const starting = deferred<string>();
  const stopping = deferred<void>();
  const lifecycle = new RunnerLifecycle<string>((live) => (log.push(`stop ${live}`), stopping.promise));
  const start = () => lifecycle.start(() => (log.push('start'), starting.promise));
  return { log, starting, stopping, lifecycle, start };
}

describe('The life of a runner', () => {
  it('begins once, however often it is asked for', async () => {
    const { lifecycle, start, starting, log } = controlled();
    const calls = [start(), start()];
    expect(lifecycle.status).toBe('initializing');
    expect(calls[0]).toBe(calls[1]);
    starting.resolve('it');
    await Promise.all(calls);
    expect(start()).toBe(calls[0]);
    expect(lifecycle.running).toBe('it');
    expect(log).toEqual(['start']);
  });

  it('ends once, and a stop during the start waits for it', async () => {
    const { lifecycle, start, starting, stopping, log } = controlled();
    const begun = start();
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
    const { lifecycle, start, starting, stopping } = controlled();
    starting.resolve('it');
    await start();
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
    const { lifecycle, start, starting, stopping } = controlled();
    starting.resolve('it');
    stopping.resolve();
    await start();
    await lifecycle.stop();
    expect(await rejection(start())).toMatchObject({ code: 'NOT_INITIALIZED' });
  });

  it('begins again after a failure only when it was reset', async () => {
    let fails = true;
    const lifecycle = new RunnerLifecycle<string>(async () => undefined);
    const start = () => lifecycle.start(async () => (fails ? Promise.reject(new Error('no')) : 'it'));
    await rejection(start());
    expect(lifecycle.status).toBe('error');
    expect(await rejection(start())).toMatchObject({ code: 'NOT_INITIALIZED' });
    lifecycle.reset();
    fails = false;
    await start();
    expect(lifecycle.status).toBe('running');
    expect(() => lifecycle.reset()).toThrow(expect.objectContaining({ code: 'INVALID_TRANSITION' }));
  });

  it('may go on with its start once it runs, and a stop waits for that', async () => {
    const { lifecycle, start, starting, stopping, log } = controlled();
    const going = deferred<void>();
    starting.resolve('it');
    await start();
    const gone = lifecycle.goOn(async (live) => (log.push(`go on ${live}`), going.promise));
    expect(lifecycle.goOn(async () => void log.push('twice'))).toBe(gone);
    const stopped = lifecycle.stop();
    stopping.resolve();
    await Promise.resolve();
    expect(log).toEqual(['start', 'go on it']);
    going.resolve();
    await stopped;
    expect(log).toEqual(['start', 'go on it', 'stop it']);
  });

  it('ends in error when going on failed', async () => {
    const { lifecycle, start, starting } = controlled();
    starting.resolve('it');
    await start();
    expect(await rejection(lifecycle.goOn(() => Promise.reject(new Error('no'))))).toMatchObject({
      message: 'no',
    });
    expect(lifecycle.status).toBe('error');
    expect(lifecycle.value).toBeNull();
  });

  it('ends in error when stopping failed, and lets go all the same', async () => {
    const { lifecycle, start, starting, stopping } = controlled();
    starting.resolve('it');
    await start();
    const stopped = lifecycle.stop();
    stopping.reject(new Error('no'));
    await rejection(stopped);
    expect(lifecycle.status).toBe('error');
    expect(lifecycle.value).toBeNull();
    await lifecycle.stop();
  });
});
