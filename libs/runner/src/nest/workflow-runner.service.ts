import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IWorkflowRunnerProps } from '../runner-props.js';
import { matchesWorkflow } from '../workflow-pattern.js';
import { WorkflowRunner } from '../workflow-runner.js';
import { DurableListener } from './durable-listener.js';
import type { FoundListener, ListenerDiscovery } from './listener-discovery.js';
import type { WorkflowDiscovery } from './workflow-discovery.js';

/**
 * The runner of a Nest application. It opens its store before the `onModuleInit` of other modules, so that they may
 * start instances; steps run from `onApplicationBootstrap` on.
 */
@Injectable()
export class WorkflowRunnerService extends WorkflowRunner implements OnModuleInit {
  /** @internal */
  constructor(
    private readonly options: IWorkflowRunnerProps,
    private readonly workflows: WorkflowDiscovery,
    private readonly methods: ListenerDiscovery,
  ) {
    super({ ...options, workflows: [] });
  }

  /** @throws {ComponentFailedError} @throws {InvalidWorkflowError} @throws {WorkflowConflictError} */
  async onModuleInit(): Promise<void> {
    WorkflowRunner.makeDefault(this);
    for (const workflow of this.workflows.find(this.options.workflows ?? [])) {
      await this.registerWorkflow(workflow);
    }
    await this.open();
    const found = this.methods.find();
    for (const one of found) if (one.durable === undefined) this.listen(one);
    for (const name of new Set(found.flatMap(({ durable }) => durable ?? []))) {
      this.addSink(
        new DurableListener(
          name,
          found.filter(({ durable }) => durable === name),
        ),
      );
    }
  }

  /** Called by the module, when steps may run. */
  override begin(): Promise<void> {
    return super.begin();
  }

  private listen({ event, workflow, listener }: FoundListener): void {
    this.on(event, (telling) => {
      if (matchesWorkflow(workflow, telling.workflowId)) return listener(telling);
    });
  }
}
