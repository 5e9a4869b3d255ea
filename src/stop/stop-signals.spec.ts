import { describe, expect, it } from 'vitest';
import { StopSignals } from './stop-signals.js';

function watched() {
  const exits: number[] = [];
  const stops: string[] = [];
  const time = { now: 1_000 };
  let settle: { resolve: () => void; reject: (error: Error) => void } | null = null;
  const signals = new StopSignals({
    stop: (signal) => {
      stops.push(signal);
      return new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
    },
    exit: (code) => exits.push(code),
    now: () => time.now,
  });
  return { signals, exits, stops, time, settle: () => settle! };
}

describe('StopSignals', () => {
  it('stops in order at the first signal and exits with 0', async () => {
    const { signals, exits, stops, settle } = watched();
    signals.receive('SIGTERM');
    expect([stops, exits]).toEqual([['SIGTERM'], []]);
    settle().resolve();
    await Promise.resolve();
    expect(exits).toEqual([0]);
  });

  it('exits with 1 when the stop failed', async () => {
    const { signals, exits, settle } = watched();
    signals.receive('SIGINT');
    settle().reject(new Error('no'));
    await new Promise(setImmediate);
    expect(exits).toEqual([1]);
  });

  it('exits at once at a second Ctrl-C', () => {
    const { signals, exits, stops, time } = watched();
    signals.receive('SIGINT');
    time.now += 1_000;
    signals.receive('SIGINT');
    expect([stops.length, exits]).toEqual([1, [130]]);
  });

  it('takes one Ctrl-C for one, though npm passes it on a second time', () => {
    const { signals, exits, time } = watched();
    signals.receive('SIGINT');
    time.now += 50;
    signals.receive('SIGINT');
    expect(exits).toEqual([]);
  });

  it('lets a second SIGTERM wait with the first', () => {
    const { signals, exits, stops, time } = watched();
    signals.receive('SIGTERM');
    time.now += 1_000;
    signals.receive('SIGTERM');
    expect([stops.length, exits]).toEqual([1, []]);
  });
});
