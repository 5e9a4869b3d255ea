import { Module } from '@nestjs/common';
import { NightlyReportWorkflow } from './report.workflow.js';
import { Archive, SampleArchive, SampleSales, Sales } from './sources.js';
import { CollectFigures, StoreReport } from './steps.js';

/** For an application with `WorkflowRunnerModule.forRoot(...)` in its root module, as the server of this repository. */
@Module({
  providers: [
    NightlyReportWorkflow,
    CollectFigures,
    StoreReport,
    { provide: Sales, useClass: SampleSales },
    { provide: Archive, useClass: SampleArchive },
  ],
})
export class NightlyReportModule {}
