import { Inject, Injectable } from '@nestjs/common';
import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import { Catalogue } from './catalogue.js';
import type { ImportJob, Row } from './import-job.js';

/** Attempts for one row. */
export const ATTEMPTS = 3;
/** Time between them, in ms. */
export const AGAIN_AFTER_MS = 5_000;

/** Where a file would be fetched and taken apart. */
export class BeginImport extends StepBody {
  override run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

/** Imports one row, and does not let one bad row stop the others: after some attempts it says what is wrong instead. */
@Injectable()
export class ImportRow extends StepBody {
  row!: Row;
  problem: string | null = null;

  constructor(@Inject(Catalogue) private readonly catalogue: Catalogue) {
    super();
  }

  override async run({ attempt, idempotencyKey: key, signal }: StepContext): Promise<ExecutionResult> {
    if (!(this.row.price >= 0)) return this.reject('price must be at least 0');
    try {
      await this.catalogue.put(this.row, { key, signal });
      return ExecutionResult.next();
    } catch (error) {
      if (signal.aborted || attempt < ATTEMPTS) throw error;
      return this.reject(error instanceof Error ? error.message : String(error));
    }
  }

  private reject(problem: string): Promise<ExecutionResult> {
    this.problem = problem;
    return ExecutionResult.next();
  }
}

export class WriteReport extends StepBody {
  job!: ImportJob;
  report = '';

  override run(): Promise<ExecutionResult> {
    const { file, imported = 0, rejected = [] } = this.job;
    const lines = [...rejected]
      .sort((a, b) => a.line - b.line)
      .map(({ line, reason }) => `${line}: ${reason}`);
    this.report = [`${file}: ${imported} imported, ${rejected.length} rejected`, ...lines].join('\n');
    return ExecutionResult.next();
  }
}
