import {
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { asWorkflow, Quick, Waits } from '../../../../test/runner/lab.js';
import { completed, MEMORY, NestLab, runnerOf } from '../../../../test/runner/nest-lab.js';
import {
  ExecutionResult,
  InjectWorkflow,
  StepBody,
  Workflow,
  WorkflowHandle,
  WorkflowRunner,
  WorkflowRunnerModule,
  WorkflowRunnerService,
  workflowRunner,
  type WorkflowBuilder,
  type WorkflowRunnerOptionsFactory,
} from '../index.js';

const lab = new NestLab();
afterEach(() => lab.clear());

const ids = (runner: WorkflowRunner) => runner.getRegisteredWorkflows().map(({ id }) => id);

@Injectable()
class Greetings {
  readonly word = 'hello';
}

interface Greeting {
  name: string;
  text?: string;
}

@Injectable()
class Greet extends StepBody {
  name = '';
  text = '';

  constructor(@Inject(Greetings) private readonly greetings: Greetings) {
    super();
  }

  async run(): Promise<ExecutionResult> {
    this.text = `${this.greetings.word} ${this.name}`;
    return ExecutionResult.next();
  }
}

@Workflow({ nameSpace: 'demo', name: 'greet', version: '1.0' })
class GreetWorkflow {
  build(builder: WorkflowBuilder<Greeting>): void {
    builder
      .startWith(Greet)
      .input((step, data) => {
        step.name = data.name;
      })
      .output((step, data) => {
        data.text = step.text;
      });
  }
}

const GREET = [GreetWorkflow, Greet, Greetings];

describe('WorkflowRunnerModule.forRoot', () => {
  it('runs a workflow whose step has something injected', async () => {
    const app = await lab.boot({ providers: GREET });
    expect(await completed(app, 'demo.greet', { name: 'Ada' })).toEqual({ name: 'Ada', text: 'hello Ada' });
  });

  it('takes the workflows of its options, with and without @Workflow', async () => {
    @Workflow({ nameSpace: 'demo', name: 'plain', version: 2 })
    class Plain extends Quick {}
    const app = await lab.boot({}, { workflows: [Plain, Quick, asWorkflow(Waits, { name: 'waits' })] });
    expect(ids(runnerOf(app))).toEqual(['demo.plain@2.0.0', 'default.quick@1.0.0', 'test.waits@1.0.0']);
  });

  it('is the same runner by every name', async () => {
    const app = await lab.boot();
    expect(app.get(WorkflowRunner)).toBe(app.get(WorkflowRunnerService));
    expect(WorkflowRunner.getInstance()).toBe(app.get(WorkflowRunnerService));
    expect(workflowRunner.isInitialized).toBe(true);
  });

  it('does not start the application without its store', async () => {
    const booted = lab.boot({}, { persistence: { connectionString: `sqlite:${import.meta.filename}/x.db` } });
    await expect(booted).rejects.toMatchObject({ component: 'store' });
  });

  it('refuses a workflow that is not there once', async () => {
    const provider = { provide: GreetWorkflow, useClass: GreetWorkflow, scope: 2 };
    await expect(lab.boot({ providers: [provider, Greet, Greetings] })).rejects.toMatchObject({
      code: 'INVALID_WORKFLOW',
    });
  });
});

describe('WorkflowRunnerModule.forRootAsync', () => {
  const options = { persistence: MEMORY, workflows: [Quick] };

  @Injectable()
  class Options implements WorkflowRunnerOptionsFactory {
    async createWorkflowRunnerOptions() {
      return options;
    }
  }

  @Module({ providers: [Options], exports: [Options] })
  class OptionsModule {}

  it.each([
    [
      'useFactory and inject',
      {
        imports: [OptionsModule],
        inject: [Options],
        useFactory: (given: Options) => given.createWorkflowRunnerOptions(),
      },
    ],
    ['useClass', { useClass: Options }],
    ['useExisting', { imports: [OptionsModule], useExisting: Options }],
  ])('asks for its options by %s', async (_name, asked) => {
    const app = await lab.bootModule({ imports: [WorkflowRunnerModule.forRootAsync(asked)] });
    expect(ids(runnerOf(app))).toEqual(['default.quick@1.0.0']);
  });
});

describe('The workflows of other modules', () => {
  it('come by forFeature, where a class that is a provider has its dependencies', async () => {
    @Module({ imports: [WorkflowRunnerModule.forFeature([GreetWorkflow, Quick])], providers: GREET })
    class Feature {}
    const app = await lab.boot({ imports: [Feature] });
    expect(ids(runnerOf(app))).toEqual(['demo.greet@1.0.0', 'default.quick@1.0.0']);
  });

  it('come by forModules, from whatever lists them', async () => {
    const reactory = {
      name: 'orders',
      workflows: [asWorkflow(Quick, { name: 'a' }), { category: 'form' }, null],
    };
    const app = await lab.boot({ imports: [WorkflowRunnerModule.forModules([reactory, { name: 'none' }])] });
    expect(ids(runnerOf(app))).toEqual(['test.a@1.0.0']);
  });

  it('are found on the modules themselves', async () => {
    @Module({})
    class WithStatic {
      static readonly workflows = [asWorkflow(Quick, { name: 'b' })];
    }
    @Module({})
    class WithField {
      readonly workflows = [asWorkflow(Quick, { name: 'c' })];
    }
    const app = await lab.boot({ imports: [WithStatic, WithField] });
    expect(ids(runnerOf(app)).sort()).toEqual(['test.b@1.0.0', 'test.c@1.0.0']);
  });
});

describe('@InjectWorkflow', () => {
  @Injectable()
  class Greeter {
    constructor(@InjectWorkflow(GreetWorkflow) readonly greetings: WorkflowHandle<GreetWorkflow>) {}
  }

  it('gives a typed start', async () => {
    const app = await lab.boot({ providers: [...GREET, Greeter] });
    const id = await app.get(Greeter).greetings.start({ name: 'Bo' }, { idempotencyKey: 'k' });
    // @ts-expect-error the data of this workflow has a name
    const again = app.get(Greeter).greetings.start({ nome: 'Bo' }, { idempotencyKey: 'k' });
    await expect(again).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await runnerOf(app).waitForCompletion(id)).toMatchObject({ data: { text: 'hello Bo' } });
  });
});

describe('The life of an application', () => {
  const log: string[] = [];

  class Note extends StepBody {
    async run(): Promise<ExecutionResult> {
      log.push('step');
      return ExecutionResult.next();
    }
  }

  class Noted {
    readonly id = 'noted';
    readonly version = 1;
    build(builder: WorkflowBuilder<unknown>): void {
      builder.startWith(Note);
    }
  }

  /** A deeper module, as one that keeps a pool of connections. */
  @Injectable()
  class Pool implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
    constructor(@Inject(WorkflowRunnerService) private readonly runner: WorkflowRunnerService) {}

    async onModuleInit(): Promise<void> {
      await this.runner.startWorkflow('noted');
    }

    async onApplicationBootstrap(): Promise<void> {
      await new Promise((resolve) => setImmediate(resolve));
      log.push('pool is ready');
    }

    onModuleDestroy(): void {
      log.push(`pool closes, runner ${this.runner.state.status}`);
    }
  }

  @Module({ providers: [Pool] })
  class PoolModule {}

  @Module({ imports: [PoolModule] })
  class Deeper {}

  it('lets other modules start instances early, and runs no step before they are ready or after they close', async () => {
    const app = await lab.boot({ imports: [Deeper] }, { workflows: [Noted] });
    const runner = runnerOf(app);
    const { items } = await runner.listInstances();
    await runner.waitForCompletion(items[0]!.id, { timeoutMs: 5_000 });
    await app.close();
    expect(log).toEqual(['pool is ready', 'step', 'pool closes, runner stopped']);
  });

  it('knows how many instances of a workflow run at once, by its decorator', async () => {
    @Workflow({ nameSpace: 'demo', name: 'limited', version: 1, concurrency: 7 })
    class Limited {
      build(builder: WorkflowBuilder<object>): void {
        builder.startWith(Greet);
      }
    }
    const app = await lab.boot({}, { workflows: [Limited, Quick] });

    const shown = runnerOf(app).getRegisteredWorkflows();
    expect(shown.map(({ concurrency }) => concurrency)).toEqual([7, null]);
    const none = [asWorkflow(Quick, { concurrency: 0 })];
    await expect(lab.boot({}, { workflows: none })).rejects.toMatchObject({ code: 'INVALID_WORKFLOW' });
  });

  it('starts what has autoStart, unless it runs nothing', async () => {
    const workflows = [asWorkflow(Quick, { autoStart: true })];
    const app = await lab.boot({}, { workflows });
    expect(runnerOf(app).autoStarted).toMatchObject([{ outcome: 'started' }]);
    const idle = await lab.boot({}, { workflows, execute: false });
    expect(runnerOf(idle).autoStarted).toEqual([]);
  });
});
