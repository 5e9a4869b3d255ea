import { describe, expect, it } from 'vitest';
import { FailureLog } from './failure-log.js';

/** A log of a part that fails, with a clock that is moved. */
function make() {
  const lines: [string, Record<string, unknown> | undefined][] = [];
  const time = { now: 0 };
  const write = (line: string, fields?: Record<string, unknown>): void => void lines.push([line, fields]);
  const log = new FailureLog({ info: write, warn: write }, () => time.now, 'claim.failed', { node: 'n' });
  return { lines, time, log };
}

describe('FailureLog', () => {
  it('tells of the first failure and of the end, with how often it failed', () => {
    const { lines, log } = make();
    for (let i = 0; i < 500; i += 1) log.failed(new Error('away'));
    log.worked();
    log.worked();
    expect(lines).toEqual([
      ['claim.failed', { node: 'n', error: 'away', failures: 1 }],
      ['claim.works-again', { node: 'n', failures: 500 }],
    ]);
  });

  it('says nothing as long as nothing fails', () => {
    const { lines, log } = make();
    log.worked();
    expect(lines).toEqual([]);
  });

  it('tells once a minute that it lasts', () => {
    const { lines, time, log } = make();
    for (; time.now < 150_000; time.now += 1_000) log.failed('away');
    expect(lines.map(([, fields]) => fields!['failures'])).toEqual([1, 61, 121]);
  });

  it('does not repeat itself when a failure comes and goes', () => {
    const { lines, time, log } = make();
    for (; time.now < 60_000; time.now += 1_000) {
      log.failed('away');
      log.worked();
    }
    expect(lines).toHaveLength(2);
    log.failed('away');
    expect(lines).toHaveLength(3);
  });
});
