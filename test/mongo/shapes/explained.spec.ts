import { describe, expect, it } from 'vitest';
import { planProblems } from './explained.js';

const plan = (winningPlan: object) => ({
  queryPlanner: { winningPlan, rejectedPlans: [{ stage: 'COLLSCAN' }] },
  ok: 1,
});
const scan = { stage: 'IXSCAN', indexName: 'status' };

describe('The plan of a server', () => {
  it('is right when it reads an index, and merges scans of it', () => {
    const merged = plan({
      stage: 'LIMIT',
      inputStage: { stage: 'FETCH', inputStage: { stage: 'SORT_MERGE', inputStages: [scan, scan] } },
    });

    expect(planProblems(merged, false)).toEqual([]);
  });

  it('is wrong when it reads the whole collection, however deep that stands', () => {
    const found = plan({ queryPlan: { stage: 'OR', inputStages: [scan, { stage: 'COLLSCAN' }] } });

    expect(planProblems(found, false)).toEqual(['COLLSCAN']);
  });

  it('is wrong when it sorts in memory, unless it may', () => {
    const sorts = plan({ stage: 'SORT', inputStage: { stage: 'FETCH', inputStage: scan } });

    expect(planProblems(sorts, false)).toEqual(['SORT']);
    expect(planProblems(sorts, true)).toEqual([]);
  });

  it('is not right when there is none', () => expect(planProblems({ ok: 1 }, false)).toEqual(['no plan']));
});
