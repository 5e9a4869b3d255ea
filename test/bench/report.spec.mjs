import { describe, expect, it } from 'vitest';
import { comparison, figure } from './report.mjs';

const runsOf = (values, foreign = 0.04, isLoud = false) =>
  values.map((value) => ({ figures: { 'p50 ms': value }, foreign, isLoud }));

describe('figure', () => {
  it('is the median with the range, or says that it is not known', () => {
    expect(figure([3, 1, 2])).toBe('2.00 (1.00–3.00)');
    expect(figure([1234.4])).toBe('1,234');
    expect(figure([1, NaN])).toBe('not known');
  });
});

describe('comparison', () => {
  it('shows the engines, then the ratios of the first to each, and how quiet it was', () => {
    const columns = [
      { engine: 'ours', runs: runsOf([1, 2, 3]) },
      { engine: 'dbos', runs: runsOf([4, 4, 4], 0.11) },
      { engine: 'bullmq', runs: runsOf([8, 8, 8]) },
    ];
    expect(comparison('W3', columns).split('\n')).toEqual([
      '| W3 | ours | dbos | bullmq | ours / dbos | ours / bullmq |',
      '|---|---|---|---|---|---|',
      '| p50 ms | 2.00 (1.00–3.00) | 4.00 | 8.00 | 0.500 | 0.250 |',
      '',
      'Something else used at most 11 % of the CPUs.',
      '',
    ]);
  });

  it('says loudly what was not run and why', () => {
    const text = comparison('W3', [
      { engine: 'ours', runs: runsOf([2]) },
      { engine: 'bullmq', runs: null, why: 'there is no redis-server' },
    ]);
    expect(text).toContain('| W3 | ours | bullmq: NO FIGURES | ratio |');
    expect(text).toContain('| p50 ms | 2.00 | — | — |');
    expect(text).toContain('**No figures of bullmq: there is no redis-server.**');
  });

  it('shows the others when the first was not run', () => {
    const text = comparison('W3', [
      { engine: 'ours', runs: null, why: 'it failed' },
      { engine: 'dbos', runs: runsOf([4]) },
    ]);
    expect(text).toContain('| p50 ms | — | 4.00 | — |');
  });

  it('marks an engine for which the machine was never quiet', () => {
    const text = comparison('W3', [
      { engine: 'ours', runs: runsOf([2]) },
      { engine: 'dbos', runs: [...runsOf([4]), ...runsOf([4], 0.38, true)] },
    ]);
    expect(text).toContain('at most 38 % of the CPUs. **Too much in every try: dbos.**');
  });

  it('says that it is not known how quiet it was, where it is not', () => {
    expect(comparison('W3', [{ engine: 'ours', runs: runsOf([2], null) }])).toContain('not known how much');
  });
});
