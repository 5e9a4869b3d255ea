import type { ErrorCode } from '@workflow-runner/contract';
import type { BulkResult } from '@workflow-runner/runner';
import { Flag, ListOf, Shape, Text, Whole } from '../openapi/fields.js';
import { Code } from './words.js';

@Shape('WorkflowBulkError')
class BulkErrorView {
  @Text() readonly instanceId!: string;
  @Code() readonly code!: ErrorCode;
}

@Shape('WorkflowBulkResult', 'What became of the instances that a bulk action found.')
export class BulkView {
  @Flag({ description: 'False when something failed.' }) readonly success!: boolean;
  @Flag({ description: 'Nothing was done.' }) readonly dryRun!: boolean;
  @Whole({ example: 12 }) readonly matched!: number;
  @Whole({ description: 'Those whose wish is durable; 0 in a dry run.', example: 11 }) readonly done!: number;
  @Whole({ description: 'Those whose status does not admit it.', example: 1 }) readonly refused!: number;
  @Whole({ example: 0 }) readonly failed!: number;
  @ListOf(() => BulkErrorView, { description: 'The first 100 of those that failed.' })
  readonly errors!: readonly BulkErrorView[];
  @Text({ nullable: true, description: 'There may be more: goes on from there. Null: that was all.' })
  readonly nextCursor!: string | null;
}

export function bulkView(result: BulkResult, dryRun: boolean): BulkView {
  const { matched, done, refused, failed, errors, nextCursor } = result;
  return { success: failed === 0, dryRun, matched, done, refused, failed, errors, nextCursor };
}
