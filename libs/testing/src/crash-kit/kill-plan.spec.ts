import { describe, expect, it } from 'vitest';
import { planKills, type KillPlanOptions } from './kill-plan.js';
import { SeededRandom } from './seeded-random.js';

const options: KillPlanOptions = {
  kills: 20,
  points: ['join.after', 'commit.inside'],
  perPoint: 3,
  rare: ['join.after'],
  momentMs: [5, 10],
  passing: [2, 4],
};

describe('planKills', () => {
  it('plans each point as often as asked, and random moments within their bounds for the rest', () => {
    const kills = planKills(new SeededRandom(1), options);
    const moments = kills.flatMap((kill) => (kill.kind === 'moment' ? [kill.afterMs] : []));
    const orders = kills.flatMap((kill) => (kill.kind === 'point' ? [kill.order] : []));
    expect(moments).toHaveLength(14);
    expect(moments.every((afterMs) => afterMs >= 5 && afterMs <= 10)).toBe(true);
    expect(orders.filter(({ point }) => point === 'join.after').map(({ passing }) => passing)).toEqual([
      1, 1, 1,
    ]);
    const others = orders.filter(({ point }) => point === 'commit.inside');
    expect(others).toHaveLength(3);
    expect(others.every(({ passing }) => passing >= 2 && passing <= 4)).toBe(true);
  });

  it('plans the points also where there are more of them than kills', () => {
    expect(planKills(new SeededRandom(1), { ...options, kills: 1 })).toHaveLength(6);
  });

  it('plans the same for the same seed, and something else for another', () => {
    const plan = (seed: number): unknown => planKills(new SeededRandom(seed), options);
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });
});
