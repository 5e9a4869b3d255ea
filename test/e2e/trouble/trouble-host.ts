import { Controller, Get, type INestApplication } from '@nestjs/common';
import { WorkflowObserveModule } from '@workflow-runner/gateway/observe';
import {
  ExecutionResult,
  StepBody,
  type IWorkflowRunnerProps,
  type StepContext,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import { TOKEN, type Adapter, type Answer, type Host, type RestLab } from '../../rest/host-lab.js';
import { deferred, LogBook } from '../../runner/lab.js';

@Controller('mine')
class OwnController {
  @Get()
  get(): { mine: boolean } {
    return { mine: true };
  }
}

/** Somebody's application with a route of its own, REST, health, and a workflow that notes what it does. */
export class TroubleHost {
  readonly log = new LogBook();
  /** How often each execution has begun, by its idempotency key. */
  readonly effects = new Map<string, number>();
  /** Steps of `held` wait for it. */
  readonly gate = deferred<void>();
  host!: Host;

  static async boot(lab: RestLab, adapter: Adapter, props: IWorkflowRunnerProps): Promise<TroubleHost> {
    const made = new TroubleHost();
    await made.boot(lab, adapter, props);
    return made;
  }

  /** @throws what the application does not start for */
  async boot(
    lab: RestLab,
    adapter: Adapter,
    props: IWorkflowRunnerProps,
    prepare: (app: INestApplication) => void = () => undefined,
  ): Promise<void> {
    this.host = await lab.boot(adapter, {
      runner: { workflows: this.workflows(), logger: this.log, ...props },
      imports: [WorkflowObserveModule.forRoot()],
      controllers: [OwnController],
      prepare,
    });
  }

  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.host.ask(method, path, { token: TOKEN, ...(body !== undefined && { body }) });
  }

  start(workflow: string, key: string): Promise<Answer> {
    return this.ask('POST', `/workflow/start/${workflow}`, { key });
  }

  async accepted(workflow: string, key: string): Promise<string> {
    const { status, body } = await this.start(workflow, key);
    if (status !== 201) throw new Error(`The start was answered ${status}`);
    return String(body['instanceId']);
  }

  async publish(key: string): Promise<void> {
    const { status } = await this.ask('POST', '/workflow/events', { eventName: 'go', eventKey: key });
    if (status >= 300) throw new Error(`The event was answered ${status}`);
  }

  /** Of all instances that are stored. */
  async count(): Promise<number> {
    return ((await this.ask('GET', '/workflow/instances?limit=500')).body['items'] as unknown[]).length;
  }

  async statusOf(id: string): Promise<unknown> {
    return (await this.ask('GET', `/workflow/instances/${id}`)).body['status'];
  }

  /** `parked` waits for an event after its first step, `held` in its first step and then for an event. */
  workflows() {
    const { effects, gate } = this;
    const note = ({ idempotencyKey }: StepContext): void =>
      void effects.set(idempotencyKey, (effects.get(idempotencyKey) ?? 0) + 1);
    class Note extends StepBody {
      async run(context: StepContext): Promise<ExecutionResult> {
        note(context);
        return ExecutionResult.next();
      }
    }
    class Held extends StepBody {
      async run(context: StepContext): Promise<ExecutionResult> {
        note(context);
        await gate.promise;
        return ExecutionResult.next();
      }
    }
    const workflow = (name: string, first: typeof Note) =>
      class {
        readonly id = name;
        readonly version = 1;
        build(builder: WorkflowBuilder<{ key: string }>): void {
          builder
            .startWith(first)
            .waitFor('go', (data) => data.key)
            .then(Note);
        }
      };
    return [workflow('parked', Note), workflow('held', Held)];
  }
}
