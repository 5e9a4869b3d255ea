import { InvalidWorkflowError } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { ALWAYS } from './edges.js';
import { isInlineBody } from './inline-body.js';
import { NOW_EFFECTIVE } from './now-effective.js';
import { Delay, Foreach, If, Schedule, Sequence, WaitFor, While } from './primitives.js';
import type { StepBuilder } from './step-builder.js';
import type { StepContext } from './step-context.js';
import { WorkflowBuilder } from './workflow-builder.js';
import {
  ExecutionResult,
  InlineStepBody,
  SagaContainer,
  StepBody,
  WorkflowErrorHandling,
} from './workflow-es.js';

class A extends StepBody {
  value = '';
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}
class B extends A {}
class Undo extends A {}

interface Data {
  items: string[];
  key: string;
}

/** Builds and returns the steps. */
function steps(build: (builder: WorkflowBuilder<Data>) => void) {
  const builder = new WorkflowBuilder<Data>();
  build(builder);
  return builder.build('test', 1).steps;
}

/** Runs a step's input mappers on a new body. */
function mapped<T extends StepBody>(
  step: { body: new () => StepBody; inputs: unknown[] } | undefined,
  data: Data,
  context: Partial<StepContext> = {},
): T {
  const body = new step!.body();
  for (const input of step!.inputs as ((...args: unknown[]) => void)[]) input(body, data, context);
  return body as T;
}

const data: Data = { items: ['x'], key: 'k' };

describe('step ids', () => {
  it('are the order of registration, from 0', () => {
    const built = steps((b) => b.startWith(A).then(B).then(A));
    expect(built.map((step) => step.id)).toEqual([0, 1, 2]);
    expect(built.map((step) => step.body)).toEqual([A, B, A]);
    expect(built[0]!.outcomes.map((edge) => edge.nextStep)).toEqual([1]);
  });

  it('keep the genesis at 0 when its setup registers a compensation', () => {
    const built = steps((b) => b.startWith(A, (step) => step.compensateWith(Undo)).then(B));
    expect(built.map((step) => step.body)).toEqual([A, Undo, B]);
    expect(built[0]!.compensationStepId).toBe(1);
    expect(built[0]!.outcomes.map((edge) => edge.nextStep)).toEqual([2]);
  });
});

describe('the body of a container', () => {
  const containers: [string, (step: StepBuilder<A, Data>) => StepBuilder<StepBody, Data>, unknown][] = [
    ['if', (step) => step.if(() => true), If],
    ['while', (step) => step.while(() => true), While],
    ['foreach', (step) => step.foreach((d) => d.items), Foreach],
    ['parallel', (step) => step.parallel().join(), Sequence],
  ];

  it.each(containers)('of %s begins at its first step, not at the compensation', (_name, container, body) => {
    const built = steps((b) =>
      container(b.startWith(A))
        .compensateWith(Undo)
        .do((then) => then.startWith(B).then(A)),
    );
    expect(built[1]!.body).toBe(body);
    expect(built[1]!.compensationStepId).toBe(2);
    expect(built[1]!.children).toEqual([3]);
    expect(built[3]!.body).toBe(B);
  });

  it('of a saga begins at its first step, and the compensation follows', () => {
    const built = steps((b) =>
      b
        .startWith(A)
        .saga((then) => then.startWith(B))
        .compensateWith(Undo),
    );
    expect(built[1]).toBeInstanceOf(SagaContainer);
    expect(built[1]!.children).toEqual([2]);
    expect(built[1]!.compensationStepId).toBe(3);
  });

  it('that registers nothing gives no child', () => {
    const nothing = () => {};
    const built = steps((b) =>
      b
        .startWith(A)
        .if(() => true)
        .do(nothing)
        .saga(nothing)
        .parallel()
        .do(nothing)
        .join()
        .schedule(() => 1)
        .do(nothing)
        .compensateWithSequence(nothing)
        .then(B),
    );
    expect(built.map((step) => step.children)).toEqual([[], [], [], [], [], [], []]);
  });

  it('may be one of several, each with its own first step', () => {
    const built = steps((b) =>
      b
        .startWith(A)
        .parallel()
        .do((then) => then.startWith(A).then(B))
        .do((then) => then.startWith(B))
        .join()
        .then(A),
    );
    expect(built[1]!.body).toBe(Sequence);
    expect(built[1]!.children).toEqual([2, 4]);
    expect(built[1]!.outcomes.map((edge) => edge.nextStep)).toEqual([5]);
  });

  it('of a compensating sequence begins at its first step', () => {
    const built = steps((b) =>
      b
        .startWith(A)
        .compensateWithSequence((then) => then.startWith(Undo).then(Undo))
        .then(B),
    );
    expect(built[0]!.compensationStepId).toBe(1);
    expect(built[1]!.children).toEqual([2]);
    expect(built[0]!.outcomes.map((edge) => edge.nextStep)).toEqual([4]);
  });

  it('of a schedule runs beside the step before it', () => {
    const built = steps((b) =>
      b
        .startWith(A)
        .schedule(() => 5)
        .do((then) => then.startWith(B))
        .then(B),
    );
    expect(built[1]!.children).toEqual([2]);
    expect(built[0]!.outcomes.map((edge) => edge.nextStep)).toEqual([1, 3]);
    expect(mapped<Schedule>(built[1], data).interval).toBe(5);
  });
});

describe('mappers', () => {
  it('get the step context as third argument', () => {
    const [step] = steps((b) =>
      b.startWith(A).input((body, d, context) => {
        body.value = `${d.key}/${String(context.item)}`;
      }),
    );
    expect(mapped<A>(step, data, { item: 7 }).value).toBe('k/7');
  });

  it('of the verbs compute from data and context', () => {
    const built = steps((b) =>
      b
        .startWith(A)
        .delay((_d, context) => Number(context.item))
        .foreach((d) => d.items)
        .while((_d, context) => context.item === 7)
        .if((d) => d.key === 'k'),
    );
    expect(mapped<Delay>(built[1], data, { item: 7 }).milliseconds).toBe(7);
    expect(mapped<Foreach>(built[2], data).collection).toEqual(['x']);
    expect(mapped<While>(built[3], data, { item: 7 }).condition).toBe(true);
    expect(mapped<If>(built[4], data).condition).toBe(true);
  });

  it('of a wait without effective date leave the moment to the engine', () => {
    const built = steps((b) => b.startWith(A).waitFor('paid', (d) => d.key));
    const body = mapped<WaitFor>(built[1], data);
    expect([body.eventName, body.eventKey]).toEqual(['paid', 'k']);
    expect(body.effectiveDate).toBe(NOW_EFFECTIVE);
  });

  it('of a wait with effective date say it', async () => {
    const since = new Date(1);
    const built = steps((b) =>
      b.startWith(A).waitFor(
        'paid',
        (d) => d.key,
        () => since,
      ),
    );
    const body = mapped<WaitFor>(built[1], data);
    const result = await body.run({ pointer: {} } as StepContext);
    expect(result.eventAsOf).toBe(since);
  });
});

describe('inline steps', () => {
  it('are made with plain new and run the function', async () => {
    const built = steps((b) => b.startWith(A).thenRun(() => ExecutionResult.outcome('inline')));
    const body = new built[1]!.body();
    expect(body).toBeInstanceOf(InlineStepBody);
    expect(isInlineBody(built[1]!.body)).toBe(true);
    expect((await body.run({} as StepContext)).outcomeValue).toBe('inline');
  });
});

describe('edges', () => {
  it('of when carry the value, others are always taken', () => {
    const built = steps((b) => {
      const step = b.startWith(A);
      step.when(() => 1).then(B, (next) => next.compensateWith(Undo));
      step.when(() => 2).thenRun(() => ExecutionResult.next());
      step.then(A);
    });
    expect(built[0]!.outcomes.map((edge) => [edge.value({}) as unknown, edge.nextStep])).toEqual([
      [1, 1],
      [2, 3],
      [null, 4],
    ]);
    expect(built[0]!.outcomes[2]!.value).toBe(ALWAYS);
  });

  it('may lead back by thenStep', () => {
    const built = steps((b) => {
      const first = b.startWith(A);
      first.then(B).thenStep(first);
      first.when(() => 1).thenStep(first);
    });
    expect(built[1]!.outcomes.map((edge) => edge.nextStep)).toEqual([0]);
    expect(built[0]!.outcomes.map((edge) => edge.nextStep)).toEqual([1, 0]);
  });

  it('go on after a named step upstream with end', () => {
    const built = steps((b) =>
      b
        .startWith(A)
        .name('fork')
        .when(() => 1)
        .then(B)
        .then(B)
        .end<A>('fork')
        .when(() => 2)
        .then(A),
    );
    expect(built[0]!.outcomes.map((edge) => edge.nextStep)).toEqual([1, 3]);
  });

  it('refuse end for a step that is not upstream, even in a loop', () => {
    const loop = (b: WorkflowBuilder<Data>) => {
      const first = b.startWith(A);
      first.then(B).thenStep(first).end('nowhere');
    };
    expect(() => steps(loop)).toThrow(InvalidWorkflowError);
  });
});

describe('onError', () => {
  it('keeps the interval that was there when none is given', () => {
    const built = steps((b) =>
      b.startWith(A).onError(WorkflowErrorHandling.Retry).then(B).onError(WorkflowErrorHandling.Retry, 0),
    );
    expect(built.map((step) => step.errorBehavior)).toEqual([1, 1]);
    expect(built.map((step) => step.retryInterval)).toEqual([60_000, 0]);
  });
});
