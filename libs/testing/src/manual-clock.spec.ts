import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.js';

describe('a manual clock', () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock(1_000);
    clock.advance(50);

    expect([clock.now(), clock.monotonic()]).toEqual([1_050, 50]);
  });

  it('fires timers in the order of their times, each at its own moment', () => {
    const clock = new ManualClock(0);
    const fired: string[] = [];
    for (const ms of [30, 10, 20]) clock.setTimer(ms, () => fired.push(`${ms}@${clock.now()}`));

    clock.advance(25);

    expect(fired).toEqual(['10@10', '20@20']);
  });

  it('fires a timer that another one has set, if its time is within', () => {
    const clock = new ManualClock(0);
    const fired: number[] = [];
    clock.setTimer(10, () => clock.setTimer(5, () => fired.push(clock.now())));

    clock.advance(14);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual([15]);
  });

  it('tells how long it is to the earliest timer', () => {
    const clock = new ManualClock(0);
    expect(clock.untilNext).toBeNull();
    for (const ms of [30, 10]) clock.setTimer(ms, () => undefined);
    clock.advance(4);
    expect(clock.untilNext).toBe(6);
    clock.advance(6);
    expect(clock.untilNext).toBe(20);
  });

  it('does not fire what was cleared, and clears twice without harm', () => {
    const clock = new ManualClock(0);
    const timer = clock.setTimer(10, () => expect.fail('fired'));
    timer.clear();
    timer.clear();

    clock.advance(20);
  });

  it('lets no time pass when the wall clock is set', () => {
    const clock = new ManualClock(1_000);
    clock.setTimer(1, () => expect.fail('fired'));
    clock.setWall(0);

    expect([clock.now(), clock.monotonic()]).toEqual([0, 0]);
  });
});
