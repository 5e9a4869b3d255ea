import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { WorkflowRunner } from '@workflow-runner/runner';
import { ReportWorkflow } from './report.workflow.js';

/** A runner beside that of the module, with workflows and a file of its own; its class is its token. */
@Injectable()
export class ReportRunner extends WorkflowRunner implements OnApplicationBootstrap, OnModuleDestroy {
  constructor() {
    super({
      workflows: [ReportWorkflow],
      persistence: { connectionString: 'sqlite:./data/reports.db' },
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.initialize();
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }
}
