import type { EventReceipt } from '@workflow-runner/runner';
import { Always, Flag, Shape, Text } from '../openapi/fields.js';

@Shape('WorkflowEventReceipt')
export class PublishedView {
  @Always(true) readonly success!: true;
  @Text({ description: 'The one that was sent, else a new one.' }) readonly id!: string;
  @Flag({ description: 'False when the id was known already; nothing was done then.' })
  readonly accepted!: boolean;
}

export function publishedView({ id, accepted }: EventReceipt): PublishedView {
  return { success: true, id, accepted };
}
