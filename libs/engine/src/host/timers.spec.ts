import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it } from 'vitest';
import { Heap } from './heap.js';
import { Timers } from './timers.js';
import { Watch } from './watch.js';

describe('Heap', () => {
  it('gives what it holds in the order of time', () => {
    const heap = new Heap<{ at: number }>();
    const moments = Array.from({ length: 500 }, (_, i) => (i * 7_919) % 1_009);
    for (const at of moments) heap.push({ at });
    const out: number[] = [];
    for (let one = heap.pop(); one; one = heap.pop()) out.push(one.at);
    expect(out).toEqual([...moments].sort((a, b) => a - b));
  });
});

describe('Timers', () => {
  it('keeps each appointment once, at its time, and none that was cancelled', () => {
    const clock = new ManualClock();
    const start = clock.now();
    const timers = new Timers(clock, () => clock.now());
    const kept: string[] = [];
    timers.at(start + 20, () => kept.push('b'));
    timers.at(start + 10, () => kept.push('a'));
    timers.at(start + 15, () => kept.push('never')).cancel();
    clock.advance(9);
    expect(kept).toEqual([]);
    clock.advance(1);
    expect(kept).toEqual(['a']);
    clock.advance(100);
    expect(kept).toEqual(['a', 'b']);
  });

  it('lets go of cancelled appointments far away', () => {
    const clock = new ManualClock();
    const timers = new Timers(clock, () => clock.now());
    const far = clock.now() + 1e9;
    for (let i = 0; i < 5_000; i += 1) timers.at(far, () => undefined).cancel();
    expect(timers.size).toBeLessThan(2_500);
  });
});

describe('Watch', () => {
  it('expires what has overstayed, and asks again later for what was extended', () => {
    const clock = new ManualClock();
    const watch = new Watch(clock);
    const expired: string[] = [];
    const watched = (name: string, inMs: number) => ({
      expiresAt: clock.monotonic() + inMs,
      expire: () => void expired.push(name),
      watchedBefore: null,
      watchedAfter: null,
    });
    const extended = watched('extended', 10);
    const gone = watched('gone', 10);
    for (const one of [watched('first', 10), extended, gone]) watch.add(one);
    extended.expiresAt += 50;
    watch.delete(gone);
    clock.advance(10);
    expect(expired).toEqual(['first']);
    clock.advance(50);
    expect(expired).toEqual(['first', 'extended']);
  });
});
