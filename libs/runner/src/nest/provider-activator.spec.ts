import { Inject, Injectable, Optional, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import { completed, NestLab, runnerOf } from '../../../../test/runner/nest-lab.js';
import {
  currentScope,
  ExecutionResult,
  StepBody,
  Workflow,
  WorkflowRunnerService,
  type StepContext,
  type WorkflowBuilder,
} from '../index.js';

const lab = new NestLab();
afterEach(() => lab.clear());

let made = { single: 0, transient: 0, request: 0 };
afterEach(() => {
  made = { single: 0, transient: 0, request: 0 };
});

@Injectable()
class Single {
  readonly id = ++made.single;
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {
  readonly id = ++made.transient;
}

@Injectable({ scope: Scope.REQUEST })
class PerExecution {
  readonly id = ++made.request;
  constructor(@Inject(REQUEST) readonly step: StepContext) {}
}

interface Seen {
  seen: unknown[];
}

@Injectable()
class WithSingle extends StepBody {
  count = 0;
  constructor(
    @Inject(Single) private readonly single: Single,
    @Inject(Transient) private readonly transient: Transient,
  ) {
    super();
  }
  async run(context: StepContext): Promise<ExecutionResult> {
    this.count += 1;
    (context.workflow.data as Seen).seen.push([this.single.id, this.transient.id, this.count]);
    return ExecutionResult.next();
  }
}

@Injectable()
class WithShared extends StepBody {
  count = 0;
  constructor(@Inject(Single) private readonly single: Single) {
    super();
  }
  async run(context: StepContext): Promise<ExecutionResult> {
    this.count += 1;
    (context.workflow.data as Seen).seen.push([this.single.id, this.count]);
    return ExecutionResult.next();
  }
}

@Injectable()
class WithRequest extends StepBody {
  constructor(
    @Inject(PerExecution) private readonly one: PerExecution,
    @Inject(PerExecution) private readonly other: PerExecution,
  ) {
    super();
  }
  async run(context: StepContext): Promise<ExecutionResult> {
    const { one, other } = this;
    (context.workflow.data as Seen).seen.push([
      one.id,
      one === other,
      one.step.idempotencyKey === context.idempotencyKey,
    ]);
    return ExecutionResult.next();
  }
}

/** Not a provider. */
class Plain extends StepBody {
  async run(context: StepContext): Promise<ExecutionResult> {
    (context.workflow.data as Seen).seen.push('plain');
    return ExecutionResult.next();
  }
}

function workflowOf(...steps: (new (...dependencies: never[]) => StepBody)[]) {
  @Workflow({ nameSpace: 'test', name: 'di', version: 1 })
  class Di {
    build(builder: WorkflowBuilder<Seen>): void {
      const [first, ...rest] = steps as (new () => StepBody)[];
      let last = builder.startWith(first!);
      for (const step of rest) last = last.then(step);
    }
  }
  return Di;
}

const run = async (providers: unknown[], ...steps: Parameters<typeof workflowOf>) => {
  const app = await lab.boot({ providers: providers as never[] }, { workflows: [workflowOf(...steps)] });
  return (await completed<Seen>(app, 'test.di', { seen: [] })).seen;
};

describe('A step that is a provider', () => {
  it('is a fresh object per execution, with shared singletons and new transients', async () => {
    const providers = [WithSingle, Single, Transient];
    expect(await run(providers, WithSingle, WithSingle)).toEqual([
      [1, expect.any(Number), 1],
      [1, expect.any(Number), 1],
    ]);
    expect(made.single).toBe(1);
    expect(made.transient).toBeGreaterThanOrEqual(2);
  });

  it('gets a transient dependency of its own for each execution', async () => {
    const seen = (await run([WithSingle, Single, Transient], WithSingle, WithSingle)) as number[][];
    expect(seen[0]![1]).not.toBe(seen[1]![1]);
  });

  it('is a fresh object also where all that it asks for is shared', async () => {
    expect(await run([WithShared, Single], WithShared, WithShared)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(made.single).toBe(1);
  });

  it('may ask for what is not there, inherit its constructor and have properties injected', async () => {
    @Injectable()
    class WithOptional extends WithShared {
      constructor(
        @Inject(Single) single: Single,
        @Optional() @Inject('none') readonly none?: object,
      ) {
        super(single);
      }
    }
    @Injectable()
    class Inherits extends WithShared {}
    @Injectable()
    class WithProperty extends Plain {
      @Inject(Single) readonly single!: Single;
      override async run(context: StepContext): Promise<ExecutionResult> {
        (context.workflow.data as Seen).seen.push(this.single.id);
        return ExecutionResult.next();
      }
    }
    const steps = [WithOptional, Inherits, WithProperty] as const;
    expect(await run([...steps, Single], ...steps)).toEqual([[1, 1], [1, 1], 1]);
  });

  it('has request-scoped dependencies that live as long as its execution and know its context', async () => {
    expect(await run([WithRequest, PerExecution], WithRequest, WithRequest)).toEqual([
      [1, true, true],
      [2, true, true],
    ]);
  });

  it('stands beside steps that are none', async () => {
    expect(await run([], Plain)).toEqual(['plain']);
  });

  it('may be replaced by another class or by a value, as a test does', async () => {
    const fake = { run: Plain.prototype.run };
    expect(await run([{ provide: WithSingle, useClass: Plain }], WithSingle)).toEqual(['plain']);
    expect(await run([{ provide: WithSingle, useValue: fake }], WithSingle)).toEqual(['plain']);
  });

  it('may come from a factory that makes one per execution, and from no other', async () => {
    const factory = { provide: WithSingle, useFactory: () => new Plain() as never };
    expect(await run([{ ...factory, scope: Scope.TRANSIENT }], WithSingle)).toEqual(['plain']);
    await expect(run([factory], WithSingle)).rejects.toThrow('Scope.TRANSIENT');
  });

  it('fails by name when a dependency is missing, and the application lives', async () => {
    @Injectable()
    class Needs extends StepBody {
      constructor(@Inject(Single) readonly single: Single) {
        super();
      }
      async run(): Promise<ExecutionResult> {
        return ExecutionResult.next();
      }
    }
    await expect(lab.boot({ providers: [Needs] })).rejects.toThrow('Needs');
  });
});

describe('The scope of a step', () => {
  class StartChild extends StepBody {
    async run(context: StepContext): Promise<ExecutionResult> {
      await Promise.resolve();
      const { tenantId, correlationId, step } = currentScope();
      const data = context.workflow.data as { runner?: string; seen?: unknown; child?: string };
      data.seen = { tenantId, correlationId, own: step === context };
      data.child = await runner.startWorkflow('test.di', null, { seen: [] });
      return ExecutionResult.next();
    }
  }

  @Workflow({ nameSpace: 'test', name: 'parent', version: 1 })
  class Parent {
    build(builder: WorkflowBuilder<unknown>): void {
      builder.startWith(StartChild);
    }
  }

  let runner: WorkflowRunnerService;

  it('gives what the step starts its tenant and correlation id', async () => {
    const app = await lab.boot({}, { workflows: [Parent, workflowOf(Plain)] });
    runner = runnerOf(app);
    const id = await runner.startWorkflow(
      'test.parent',
      null,
      {},
      { tenantId: 'acme', correlationId: 'c-1' },
    );
    const { data } = await runner.waitForCompletion<{ seen: unknown; child: string }>(id, {
      timeoutMs: 5_000,
    });
    expect(data.seen).toEqual({ tenantId: 'acme', correlationId: 'c-1', own: true });
    expect(await runner.getInstance(data.child)).toMatchObject({ tenantId: 'acme', correlationId: 'c-1' });
    expect(currentScope()).toEqual({});
  });
});
