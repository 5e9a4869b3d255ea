import { Workflow, WorkflowErrorHandling, type WorkflowBuilder } from '@workflow-runner/runner';
import type { ImportJob, Row } from './import-job.js';
import { AGAIN_AFTER_MS, BeginImport, ImportRow, WriteReport } from './steps.js';

/** Imports rows side by side, then reports. How far it has come stands in its data after every row. */
@Workflow({ nameSpace: 'catalogue', name: 'import', version: '1.0.0' })
export class ImportWorkflow {
  build(builder: WorkflowBuilder<ImportJob>): void {
    builder
      .startWith(BeginImport)
      .output((_step, job) => Object.assign(job, { imported: 0, rejected: [] }))
      .foreach((job) => [...job.rows])
      .name('EachRow')
      .do(importRow)
      .then(WriteReport)
      .input((step, job) => (step.job = job))
      .output((step, job) => (job.report = step.report));
  }
}

function importRow(each: WorkflowBuilder<ImportJob>): void {
  each
    .startWith(ImportRow)
    .input((step, _job, context) => (step.row = context.item as Row))
    .output((step, job) => {
      const { row, problem: reason } = step;
      if (reason === null) job.imported = (job.imported ?? 0) + 1;
      else job.rejected = [...(job.rejected ?? []), { line: row.line, reason }];
    })
    .onError(WorkflowErrorHandling.Retry, AGAIN_AFTER_MS);
}
