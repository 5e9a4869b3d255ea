import {
  Controller,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  currentScope,
  ExecutionResult,
  InjectWorkflow,
  OnWorkflowEvent,
  PayloadCodec,
  StepBody,
  Workflow,
  WorkflowHandle,
  WorkflowRunner,
  WorkflowRunnerModule,
  type RunnerTelling,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import { WorkflowTestKit, type TestKitOptions } from '@workflow-runner/testing';
import '@workflow-runner/testing/vitest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TripWorkflow } from '../../../../test/testing/kit-lab.js';

interface Order {
  orderId: string;
  receipt?: string;
}

/** The world outside. */
@Injectable()
class Bank {
  readonly charges: string[] = [];

  async charge(orderId: string): Promise<string> {
    this.charges.push(orderId);
    return `receipt of ${orderId}`;
  }
}

@Injectable()
class ChargeCard extends StepBody {
  orderId = '';
  receipt = '';

  constructor(@Inject(Bank) private readonly bank: Bank) {
    super();
  }

  override async run(): Promise<ExecutionResult> {
    this.receipt = await this.bank.charge(this.orderId);
    return ExecutionResult.next();
  }
}

@Workflow({ nameSpace: 'shop', name: 'order', version: '1.0' })
class OrderWorkflow {
  build(builder: WorkflowBuilder<Order>): void {
    builder
      .startWith(ChargeCard)
      .input((step, data) => (step.orderId = data.orderId))
      .output((step, data) => (data.receipt = step.receipt))
      .waitFor('order.approved', (data) => data.orderId);
  }
}

@Injectable()
class Ears {
  static heard: string[] = [];
  private hasFailed = false;

  @OnWorkflowEvent('completed', 'shop.*', { durable: 'ears' })
  onCompleted({ event, workflowId }: RunnerTelling): void {
    if (!this.hasFailed) {
      this.hasFailed = true;
      throw new Error('not now');
    }
    Ears.heard.push(`${event} ${workflowId}`);
  }
}

@Controller()
class Shop implements OnApplicationBootstrap, OnModuleDestroy {
  static life: string[] = [];

  constructor(@InjectWorkflow(OrderWorkflow) readonly orders: WorkflowHandle<OrderWorkflow>) {}

  onApplicationBootstrap(): void {
    Shop.life.push('opened');
  }

  onModuleDestroy(): void {
    Shop.life.push('closed');
  }
}

@Module({ providers: [Bank, ChargeCard, OrderWorkflow, Ears], controllers: [Shop], exports: [Bank] })
class OrdersModule {}

async function makeKit(options: TestKitOptions): Promise<WorkflowTestKit> {
  const kit = await WorkflowTestKit.create(options);
  onTestFinished(() => kit.close());
  return kit;
}

describe('a kit around a Nest application', () => {
  it('runs workflows and steps that are providers, and gives what the container holds', async () => {
    const kit = await makeKit({ imports: [OrdersModule] });
    const id = await kit.get(Shop).orders.start({ orderId: '1' });
    await kit.settled();
    await kit.publish('order.approved', '1');
    expect(await kit.completed<Order>(id)).toMatchObject({ data: { receipt: 'receipt of 1' } });
    expect(kit.get(Bank).charges).toEqual(['1']);
    expect(kit.app.get(Bank, { strict: false })).toBe(kit.get(Bank));
  });

  it('replaces providers as a testing module does', async () => {
    class FakeCharge extends StepBody {
      receipt = '';

      override run(): Promise<ExecutionResult> {
        this.receipt = 'fake';
        return ExecutionResult.next();
      }
    }
    const kit = await makeKit({
      imports: [OrdersModule],
      override: (builder) => builder.overrideProvider(ChargeCard).useClass(FakeCharge),
    });
    const id = await kit.start(OrderWorkflow, { orderId: '1' });
    await kit.settled();
    expect(await kit.instance<Order>(id)).toMatchObject({ data: { receipt: 'fake' } });
    expect(await kit.history(id)).toHaveRunOnce(ChargeCard);
  });

  it('fakes a step by a function, whatever its constructor asks for', async () => {
    const kit = await makeKit({ imports: [OrdersModule] });
    kit.overrideStep(ChargeCard, (step) => {
      step.receipt = `faked ${step.orderId}`;
    });
    const id = await kit.start(OrderWorkflow, { orderId: '1' });
    await kit.settled();
    expect(await kit.instance(id)).toMatchObject({ data: { receipt: 'faked 1' } });
  });

  it('runs steps in the scope of their instance', async () => {
    const kit = await makeKit({ imports: [OrdersModule] });
    const seen: unknown[] = [];
    kit.overrideStep(ChargeCard, () => void seen.push(currentScope().tenantId));
    await kit.start(OrderWorkflow, { orderId: '1' }, { tenantId: 'north' });
    await kit.settled();
    expect(seen).toEqual(['north']);
  });

  it('begins a new application after a crash; what was given as a value is the world outside', async () => {
    Shop.life = [];
    const bank = new Bank();
    const kit = await makeKit({
      imports: [OrdersModule],
      override: (builder) => builder.overrideProvider(Bank).useValue(bank),
    });
    const { app } = kit;
    kit.crashAt('before-commit', { step: ChargeCard });
    const id = await kit.start(OrderWorkflow, { orderId: '1' });
    await kit.settled();
    expect(kit.app === app).toBe(false);
    expect(kit.get(Bank)).toBe(bank);
    expect(bank.charges).toEqual(['1', '1']);
    expect(await kit.history(id)).toHaveRunOnce(ChargeCard);
    expect(Shop.life).toEqual(['opened', 'opened']);
    expect(WorkflowRunner.current === kit.runner).toBe(true);
    await kit.close();
    expect(Shop.life).toEqual(['opened', 'opened', 'closed', 'closed']);
  });

  it('keeps what the application says of its runner, but for where things are kept', async () => {
    class Backwards extends PayloadCodec {
      texts = 0;

      override encode(text: string): string {
        this.texts += 1;
        return [...text].reverse().join('');
      }

      override decode(text: string): string {
        return [...text].reverse().join('');
      }
    }
    const codec = new Backwards();
    @Module({
      imports: [
        WorkflowRunnerModule.forRootAsync({
          useFactory: () => ({
            persistence: { connectionString: 'sqlite:/nowhere/at/all.db', codec },
            components: {
              errorHandler: { retry: { maxAttempts: 2 } },
              lifecycle: { limits: { dataBytes: 100 } },
            },
            nodeId: 'app',
          }),
        }),
        Promise.resolve({ module: OrdersModule }),
      ],
    })
    class AppModule {}

    const kit = await makeKit({ imports: [AppModule] });
    kit.overrideStep(ChargeCard, () => {
      throw new Error('no');
    });
    const id = await kit.start(OrderWorkflow, { orderId: '1' });
    await kit.advance('1h');
    expect(await kit.instance(id)).toMatchObject({ status: 'failed', error: { attempt: 2 } });
    expect(codec.texts).toBeGreaterThan(0);
    const large = kit.start(OrderWorkflow, { orderId: 'x'.repeat(200) });
    await expect(large).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' });
  });

  it('lets the test have the last word', async () => {
    const kit = await makeKit({
      imports: [
        WorkflowRunnerModule.forRoot({ components: { errorHandler: { maxRetries: 9 } } }),
        OrdersModule,
      ],
      workflows: [TripWorkflow],
      props: { components: { errorHandler: { maxRetries: 0 } } },
    });
    kit.overrideStep(ChargeCard, () => {
      throw new Error('no');
    });
    const id = await kit.start(OrderWorkflow, { orderId: '1' });
    await kit.settled();
    expect(await kit.instance(id)).toMatchObject({ status: 'failed', error: { attempt: 1 } });
    expect(await kit.start(TripWorkflow, { days: 0 })).not.toBe(id);
  });

  it('tells durable listeners, those that failed again within a second', async () => {
    Ears.heard = [];
    const kit = await makeKit({ imports: [OrdersModule] });
    const id = await kit.start(OrderWorkflow, { orderId: '1' });
    await kit.settled();
    await kit.publish('order.approved', '1');
    await kit.completed(id);
    expect(Ears.heard).toEqual([]);
    await kit.advance('1s');
    expect(Ears.heard).toEqual(['completed shop.order@1.0.0']);
  });

  it('says so where there is no application, and where one cannot be made', async () => {
    const kit = await makeKit({ workflows: [TripWorkflow] });
    expect(() => kit.app).toThrow('there is no application');
    const real = Date;
    await expect(WorkflowTestKit.create({ providers: [ChargeCard] })).rejects.toThrow(/Bank/);
    await kit.close();
    expect(Date).not.toBe(real);
  });
});
