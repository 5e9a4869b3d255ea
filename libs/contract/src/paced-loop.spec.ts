import { ManualClock } from '@workflow-runner/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { PacedLoop } from './paced-loop.js';

const REST_MS = 1_000;

let clock: ManualClock;
let looks: number;
let rests: number[];
let loop: PacedLoop;

beforeEach(() => {
  clock = new ManualClock();
  looks = 0;
  rests = [];
  loop = new PacedLoop(clock, () => {
    looks += 1;
    return Promise.resolve(rests.shift() ?? REST_MS);
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

describe('A paced loop', () => {
  it('looks when it starts, and then at rest by itself', async () => {
    loop.ask();
    await settle();
    expect(looks).toBe(0);
    loop.start();
    await settle();
    expect(looks).toBe(1);
    await pass(REST_MS - 1);
    expect(looks).toBe(1);
    await pass(1);
    expect(looks).toBe(2);
  });

  it('looks at once for who asks it while it rests', async () => {
    loop.start();
    await pass(10);
    loop.ask();
    expect([looks, loop.isBusy]).toEqual([2, true]);
    await settle();
    expect(loop.isBusy).toBe(false);
  });

  it('looks once for all who ask within the gap, and misses none of them', async () => {
    loop.start();
    await settle();
    for (let ms = 0; ms < 100; ms += 1) {
      loop.ask();
      await pass(1);
    }
    expect(looks).toBe(1 + 10);
    loop.ask();
    await pass(10);
    expect(looks).toBe(1 + 10 + 1);
  });

  it('looks again for who asks while it looks', async () => {
    loop.start();
    loop.ask();
    await settle();
    expect(looks).toBe(1);
    await pass(10);
    expect(looks).toBe(2);
    await pass(20);
    expect(looks).toBe(2);
  });

  it('goes on without a gap where there is more', async () => {
    rests = [0, 0, REST_MS];
    loop.start();
    await settle();
    expect(looks).toBe(3);
  });

  it('is not hurried by a rest that is shorter than the gap', async () => {
    rests = [1];
    loop.start();
    await settle();
    await pass(19);
    expect(looks).toBe(1);
    await pass(1);
    expect(looks).toBe(2);
  });

  it('does nothing when it is stopped, and begins anew when it is started again', async () => {
    rests = [0];
    loop.start();
    await loop.stop();
    loop.ask();
    await pass(2 * REST_MS);
    expect([looks, clock.untilNext]).toEqual([1, null]);
    loop.start();
    loop.start();
    await settle();
    expect(looks).toBe(2);
  });

  it('ends with the look that is under way', async () => {
    let end = (): void => undefined;
    const slow = new PacedLoop(clock, () => new Promise((resolve) => (end = () => resolve(REST_MS))));
    slow.start();
    let isOver = false;
    const over = slow.stop().then(() => (isOver = true));
    await settle();
    expect(isOver).toBe(false);
    end();
    await over;
    expect(clock.untilNext).toBeNull();
  });
});
