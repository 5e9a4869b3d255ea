import { Module } from '@nestjs/common';
import { Catalogue, SampleCatalogue } from './catalogue.js';
import { ImportWorkflow } from './import.workflow.js';
import { ImportRow } from './steps.js';

/** For an application with `WorkflowRunnerModule.forRoot(...)` in its root module, as the server of this repository. */
@Module({ providers: [ImportWorkflow, ImportRow, { provide: Catalogue, useClass: SampleCatalogue }] })
export class ImportModule {}
