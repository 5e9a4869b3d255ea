import { InvalidWorkflowError } from '@workflow-runner/contract';
import { WorkflowBuilder as EsWorkflowBuilder } from 'workflow-es';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { WorkflowBuilder } from '../authoring/workflow-builder.js';
import {
  ExecutionResult,
  StepBody,
  WorkflowBase,
  WorkflowErrorHandling,
  WorkflowStep,
} from '../authoring/workflow-es.js';
import { compile } from './compiled-definition.js';
import type { IWorkflow, WorkflowData, WorkflowSource } from './workflow-source.js';

class Task extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}
class Undo extends Task {}

interface Data {
  name: string;
}

class TheirBuilder implements WorkflowBase<Data> {
  id = 'their-builder';
  version = 2;
  build(builder: EsWorkflowBuilder<Data>): void {
    builder.startWith(Task).then(Task);
  }
}
class OurBuilder implements WorkflowBase<Data> {
  id = 'our-builder';
  version = 1;
  build(builder: WorkflowBuilder<Data>): unknown {
    return builder.startWith(Task).input((_step, data, context) => {
      context.local['name'] = data.name;
    });
  }
}
class Extending extends WorkflowBase<Data> {
  id = 'shop.extending';
  version = 1;
  override build(builder: WorkflowBuilder<Data>): void {
    builder.startWith(Task);
  }
}

const workflow = (
  build: (builder: WorkflowBuilder<Data>) => unknown,
  rest: Partial<IWorkflow> = {},
): IWorkflow => ({
  nameSpace: 'my',
  name: 'hello',
  version: '1.0',
  category: 'workflow',
  component: { build },
  ...rest,
});

const stepsOf = (build: (builder: WorkflowBuilder<Data>) => unknown) => compile(workflow(build)).steps;

describe('a source', () => {
  it('may be a class written against either builder', () => {
    expectTypeOf<typeof TheirBuilder>().toExtend<WorkflowSource>();
    expectTypeOf<typeof OurBuilder>().toExtend<WorkflowSource>();
    expectTypeOf<WorkflowData<TheirBuilder>>().toEqualTypeOf<Data>();
    expectTypeOf<WorkflowData<OurBuilder>>().toEqualTypeOf<Data>();
    expectTypeOf<WorkflowData<Extending>>().toEqualTypeOf<Data>();
    expect(compile(TheirBuilder).workflowId).toBe('default.their-builder@2.0.0');
    expect(compile(OurBuilder).workflowId).toBe('default.our-builder@1.0.0');
    expect(compile(new OurBuilder()).workflowId).toBe('default.our-builder@1.0.0');
  });

  it('finds its name space in a dotted id', () => {
    expect(compile(Extending)).toMatchObject({ nameSpace: 'shop', name: 'extending', version: '1.0.0' });
  });

  it('may be an object whose component is a class, an instance or a factory', () => {
    for (const component of [OurBuilder, new OurBuilder(), () => new OurBuilder()]) {
      const definition = compile(workflow(() => {}, { component, autoStart: true, props: { a: 1 } }));
      expect(definition).toMatchObject({ workflowId: 'my.hello@1.0.0', autoStart: 'each', props: { a: 1 } });
      expect(definition.steps).toHaveLength(1);
    }
  });

  it('is built once', () => {
    let builds = 0;
    compile(
      workflow((builder) => {
        builds += 1;
        builder.startWith(Task);
      }),
    );
    expect(builds).toBe(1);
  });

  it('keeps its numeric version and id in the model that step hooks see', () => {
    expect(compile(TheirBuilder).model).toMatchObject({ id: 'their-builder', version: 2 });
    expect(compile(Extending).model).toMatchObject({ id: 'shop.extending', version: 1 });
  });
});

describe('what cannot run', () => {
  const start = (builder: WorkflowBuilder<Data>) => builder.startWith(Task);
  const refused: [string, WorkflowSource][] = [
    ['no step', workflow(() => {})],
    ['an outcome to nowhere', workflow((b) => start(b).when(() => 1))],
    ['a child that does not exist', workflow((b) => start(b).step.children.push(7))],
    ['a compensation that does not exist', workflow((b) => (start(b).step.compensationStepId = 7))],
    ['a step whose id was changed', workflow((b) => (start(b).step.id = 1))],
    ['a step without a body', workflow((b) => b.startWith(undefined as unknown as typeof Task))],
    ['an asynchronous build', workflow(async (b) => start(b).step.id)],
    ['no build', workflow(() => {}, { component: {} as OurBuilder })],
    ['a bad version', workflow(start, { version: 'one' })],
    ['a bad name', workflow(start, { name: 'a@b' })],
    [
      'a plain class without id',
      class {
        build() {}
      } as unknown as typeof OurBuilder,
    ],
    ['a plain id with @', Object.assign(new OurBuilder(), { id: 'a@1' })],
  ];
  it.each(refused)('is refused: %s', (_what, source) => {
    expect(() => compile(source)).toThrow(InvalidWorkflowError);
  });
});

describe('a step', () => {
  it('is named by its author, else by its body, else by its id', () => {
    const steps = stepsOf((b) =>
      b
        .startWith(Task)
        .name('first')
        .then(Task)
        .thenRun(() => ExecutionResult.next()),
    );
    expect(steps.map(({ name, kind }) => [name, kind])).toEqual([
      ['first', 'Task'],
      ['Task', 'Task'],
      ['step 2', 'inline'],
    ]);
  });

  it('shows its container and its own step class in its kind', () => {
    class Gate extends WorkflowStep<Task> {}
    const steps = stepsOf((b) => {
      b.startWith(Task)
        .saga((then) => then.startWith(Task))
        .foreach(() => []);
      const gate = new Gate();
      gate.body = Task;
      b.addStep(gate);
    });
    expect(steps.map((step) => step.kind)).toEqual(['Task', 'Saga', 'Task', 'Foreach', 'Gate(Task)']);
    expect(steps.map((step) => step.isContainer)).toEqual([false, true, false, false, false]);
  });

  it('tells the hooks it overrides', () => {
    class Deferring extends WorkflowStep<Task> {
      override initForExecution(): number {
        return 1;
      }
    }
    const [plain, hooked] = stepsOf((b) => {
      b.startWith(Task);
      const step = new Deferring();
      step.body = Task;
      b.addStep(step);
    });
    expect([plain?.usesPlainHooks, hooked?.usesPlainHooks]).toEqual([true, false]);
  });

  it("keeps only the author's own error behaviour", () => {
    const steps = stepsOf((b) => {
      const last = b
        .startWith(Task)
        .then(Task)
        .onError(WorkflowErrorHandling.Retry, 5)
        .then(Task)
        .onError(WorkflowErrorHandling.Suspend);
      last.step.retryInterval = null as unknown as number;
    });
    expect(steps.map(({ behavior, retryInterval }) => [behavior, retryInterval])).toEqual([
      [null, 60_000],
      [WorkflowErrorHandling.Retry, 5],
      [WorkflowErrorHandling.Suspend, 60_000],
    ]);
  });

  it('knows its compensation, 0 included, and its inputs', () => {
    const steps = stepsOf((b) => {
      b.startWith(Undo).step.outcomes = [];
      b.startWith(Task).input(() => {}).step.compensationStepId = 0;
    });
    expect(steps.map((step) => step.compensationStepId)).toEqual([null, 0]);
    expect(steps.map((step) => step.hasInputs)).toEqual([false, true]);
  });
});

describe('a saga', () => {
  const saga = (build: (builder: WorkflowBuilder<Data>) => unknown) =>
    stepsOf((b) => build(b)).find((step) => step.isSaga)?.sagaCompensates;

  it.each<[string, boolean, (b: WorkflowBuilder<Data>) => unknown]>([
    ['has none', false, (b) => b.startWith(Task).saga((then) => then.startWith(Task).then(Task))],
    ['is empty', false, (b) => b.startWith(Task).saga(() => {})],
    [
      'has a later step with one',
      true,
      (b) => b.startWith(Task).saga((then) => then.startWith(Task).then(Task).compensateWith(Undo)),
    ],
    [
      'itself has one',
      true,
      (b) =>
        b
          .startWith(Task)
          .saga((then) => then.startWith(Task))
          .compensateWith(Undo),
    ],
    [
      'has a nested step with one',
      true,
      (b) =>
        b.startWith(Task).saga((outer) =>
          outer
            .startWith(Task)
            .if(() => true)
            .do((inner) => inner.startWith(Task).compensateWith(Undo)),
        ),
    ],
    [
      'is followed by a step with one',
      false,
      (b) =>
        b
          .startWith(Task)
          .saga((then) => then.startWith(Task))
          .then(Task)
          .compensateWith(Undo),
    ],
    [
      'loops',
      false,
      (b) =>
        b.startWith(Task).saga((then) => {
          const first = then.startWith(Task);
          first.then(Task).thenStep(first);
        }),
    ],
  ])('that %s compensates: %s', (_what, compensates, build) => {
    expect(saga(build)).toBe(compensates);
  });
});

describe('the error behaviour of a definition', () => {
  it.each<[string, (b: WorkflowBuilder<Data>) => void, number | null, number]>([
    ['nobody chose', () => {}, null, 60_000],
    [
      'was chosen',
      (b) => (b.errorBehavior = WorkflowErrorHandling.Suspend),
      WorkflowErrorHandling.Suspend,
      60_000,
    ],
    ['has another interval', (b) => (b.retryInterval = 10), WorkflowErrorHandling.Retry, 10],
  ])('that %s', (_what, choose, behavior, interval) => {
    const definition = compile(
      workflow((b) => {
        choose(b);
        b.startWith(Task);
      }),
    );
    expect([definition.errorBehavior, definition.retryInterval]).toEqual([behavior, interval]);
  });
});
