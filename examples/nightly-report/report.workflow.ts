import { Workflow, type WorkflowBuilder } from '@workflow-runner/runner';
import type { Report } from './report.js';
import { ChooseDay, CollectFigures, StoreReport } from './steps.js';

/** The report of one day. A schedule would start it; there is none yet, so somebody else does. */
@Workflow({ nameSpace: 'reports', name: 'nightly', version: '1.0.0' })
export class NightlyReportWorkflow {
  build(builder: WorkflowBuilder<Report>): void {
    builder
      .startWith(ChooseDay)
      .input((step, report) => (step.date = report.date))
      .output((step, report) => (report.date = step.date))
      .then(CollectFigures)
      .input((step, report) => (step.date = report.date ?? ''))
      .output((step, report) => Object.assign(report, step.figures))
      .then(StoreReport)
      .input((step, report) => (step.report = report))
      .output((step, report) => (report.text = step.text));
  }
}
