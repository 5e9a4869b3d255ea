import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/engine';
import { describe, expect, it } from 'vitest';
import { Lab, type LabOptions } from '../harness.js';
import { Trace, workflow } from '../trace.js';

/** Runs three times before it proceeds. */
class Patient extends StepBody {
  input = 0;
  override run(context: StepContext): Promise<ExecutionResult> {
    const turns = Number(context.persistenceData ?? 0);
    return turns < 2 ? ExecutionResult.persist(turns + 1) : ExecutionResult.next();
  }
}

interface Counts {
  inputs: number;
  outputs: number;
}

async function countMappings(options: LabOptions = {}): Promise<Counts> {
  const patient = workflow<Counts>('patient', (b) =>
    b
      .startWith(Patient)
      .input((step, data) => {
        data.inputs += 1;
        step.input = data.inputs;
      })
      .output((_step, data) => {
        data.outputs += 1;
      }),
  );
  const lab = await Lab.open([patient], options);
  return (await lab.run<Counts>('patient', { inputs: 0, outputs: 0 })).data;
}

describe('must stay 4: mapping', () => {
  it('of inputs happens before every run of a body, of outputs when it proceeds', async () => {
    expect(await countMappings()).toEqual({ inputs: 3, outputs: 1 });
  });

  it('of outputs happens after every run with legacyOutputs', async () => {
    expect(await countMappings({ host: { legacyOutputs: true } })).toEqual({ inputs: 3, outputs: 3 });
  });
});

describe('must stay 5: ExecutionResult', () => {
  it('has static makers that return promises', async () => {
    const made = [
      ExecutionResult.next(),
      ExecutionResult.outcome('x'),
      ExecutionResult.persist({ a: 1 }),
      ExecutionResult.sleep(new Date(5), null),
      ExecutionResult.waitForEvent('name', 'key', new Date(7)),
      ExecutionResult.branch([1, 2], null),
    ];
    for (const one of made) expect(one).toBeInstanceOf(Promise);
    expect(await Promise.all(made)).toMatchObject([
      { proceed: true },
      { proceed: true, outcomeValue: 'x' },
      { proceed: false, persistenceData: { a: 1 } },
      { proceed: false, sleep: new Date(5) },
      { proceed: false, eventName: 'name', eventKey: 'key', eventAsOf: new Date(7) },
      { proceed: false, branchValues: [1, 2] },
    ]);
  });

  it('persist(null) clears what was kept', async () => {
    const seen: unknown[] = [];
    const clears = new Trace().step('Clears', ({ persistenceData }) => {
      seen.push(persistenceData);
      if (seen.length === 1) return ExecutionResult.persist({ kept: true });
      return seen.length === 2 ? ExecutionResult.persist(null) : ExecutionResult.next();
    });
    const lab = await Lab.open([workflow('clears', (b) => b.startWith(clears))]);
    await lab.run('clears');
    expect(seen).toEqual([null, { kept: true }, null]);
  });
});
