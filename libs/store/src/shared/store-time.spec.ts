import { describe, expect, it } from 'vitest';
import { Clock } from '@workflow-runner/contract';
import { StoreTime } from './store-time.js';

class SetClock extends Clock {
  wall = 1_000_000;
  now = (): number => this.wall;
  monotonic = (): number => 0;
  setTimer = (): never => {
    throw new Error('no timers');
  };
}

describe('store time', () => {
  it('is the wall clock in whole milliseconds', () => {
    const clock = new SetClock();
    clock.wall = 1_234.7;

    expect(new StoreTime(clock).now()).toBe(1_234);
  });

  it('stands still over a small step back of the wall clock', () => {
    const clock = new SetClock();
    const time = new StoreTime(clock);
    const before = time.now();

    clock.wall -= 500;
    expect(time.now()).toBe(before);
    clock.wall += 600;
    expect(time.now()).toBe(before + 100);
  });

  it('goes on at the pace of the wall clock after a long step back', () => {
    const clock = new SetClock();
    const time = new StoreTime(clock);
    const before = time.now();

    clock.wall -= 3_600_000;
    expect(time.now()).toBe(before);
    clock.wall += 40;
    expect(time.now()).toBe(before + 40);
  });

  it('follows a step forward', () => {
    const clock = new SetClock();
    const time = new StoreTime(clock);
    const before = time.now();

    clock.wall += 3_600_000;
    expect(time.now()).toBe(before + 3_600_000);
  });
});
