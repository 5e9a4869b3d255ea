import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../manual-clock.js';
import { ProcessClock } from './process-clock.js';
import { turn } from './real-time.js';

let time: ManualClock;
let clock: ProcessClock;
let fired: string[];

beforeEach(() => {
  time = new ManualClock(0);
  clock = new ProcessClock(time);
  fired = [];
});

function set(name: string, delayMs: number, background = false) {
  return clock.setTimer(delayMs, () => fired.push(name), background);
}

describe('the clock of a process', () => {
  it('makes time stop for its timers, and for background ones of up to a second', () => {
    set('foreground', 5_000);
    set('prompt', 1_000, true);
    set('cleared', 10).clear();
    expect(time.untilNext).toBe(1_000);
    time.advance(1_000);
    expect(fired).toEqual(['prompt']);
    expect(time.untilNext).toBe(4_000);
    time.advance(4_000);
    expect([fired, clock.now(), clock.monotonic()]).toEqual([['prompt', 'foreground'], 5_000, 5_000]);
  });

  it('fires longer background timers wherever time has stopped', () => {
    set('look', 1_001, true);
    set('cleared look', 1_001, true).clear();
    expect(time.untilNext).toBeNull();
    time.advance(1_000);
    expect(clock.fireLooks()).toBe(false);
    time.advance(500);
    expect([clock.fireLooks(), fired]).toEqual([true, ['look']]);
    expect(clock.fireLooks()).toBe(false);
  });

  it('fires nothing when the process is dead', async () => {
    set('timer', 10);
    set('look', 2_000, true);
    clock.kill();
    set('late', 10);
    time.advance(5_000);
    await turn();
    expect([clock.fireLooks(), fired, time.untilNext]).toEqual([false, [], null]);
  });

  it('waits for nothing when it is released', async () => {
    set('before', 10);
    clock.release();
    set('in an hour', 3_600_000);
    set('cleared', 1).clear();
    expect(fired).toEqual([]);
    await turn();
    expect(fired).toEqual(['in an hour']);
    set('too late', 1);
    clock.kill();
    await turn();
    expect(fired).toEqual(['in an hour']);
  });
});
