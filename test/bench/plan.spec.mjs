import { describe, expect, it } from 'vitest';
import { readPlan } from './plan.mjs';

const namesOf = ({ rows }) => rows.map(({ name }) => name);

describe('readPlan', () => {
  it('takes everything three times, without what is measured on request', () => {
    const plan = readPlan([]);
    expect(namesOf(plan)).toEqual('w1 w2 w3 n2 w4 w5 w6 w7 w8 r1 g1 o1 c1'.split(' '));
    expect(plan.rows[0]).toEqual({
      name: 'w1',
      engines: ['ours', 'workflow-es', 'bullmq', 'pg-boss', 'dbos'],
      runs: 3,
    });
    expect(plan).toMatchObject({ runs: 3, repeats: 3, write: false });
  });

  it('takes what is named, what is long only once, and with --all everything', () => {
    expect(readPlan(['g1m', 'w3', '--runs=5']).rows).toEqual([
      { name: 'w3', engines: ['ours', 'workflow-es', 'bullmq', 'pg-boss', 'dbos'], runs: 5 },
      { name: 'g1m', engines: ['ours'], runs: 1 },
    ]);
    expect(namesOf(readPlan(['--all']))).toEqual(expect.arrayContaining(['w3m', 'g1m']));
  });

  it('takes the engines that are named, in the order of the table, and no row without one', () => {
    const { rows } = readPlan(['w1', 'w7', 'r1', '--engines=dbos,workflow-es']);
    expect(rows.map(({ name, engines }) => [name, engines])).toEqual([
      ['w1', ['workflow-es', 'dbos']],
      ['w7', ['dbos']],
    ]);
  });

  it('reads how often to repeat and whether to write', () => {
    expect(readPlan(['--repeats=0', '--write'])).toMatchObject({ repeats: 0, write: true });
  });

  it.each([[['w9']], [['--engines=ours,redis']], [['--wirte']], [['w1', '--run=5']]])(
    'refuses %j',
    (args) => {
      expect(() => readPlan(args)).toThrow(/^No such (workload|engine|option): .*\. There are: /);
    },
  );
});
