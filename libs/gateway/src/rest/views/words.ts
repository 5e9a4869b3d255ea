import {
  ATTEMPT_STATUSES,
  CONTROL_ACTIONS,
  ERROR_CATEGORIES,
  ERROR_CODES,
  INSTANCE_STATUSES,
  PRIORITIES,
} from '@workflow-runner/contract';
import { OneOf } from '../openapi/fields.js';

/** Fields that hold one of the product's words. */
export const Status = OneOf('WorkflowInstanceStatus', INSTANCE_STATUSES);
export const PriorityWord = OneOf('WorkflowPriority', PRIORITIES);
export const Category = OneOf('WorkflowErrorCategory', ERROR_CATEGORIES);
export const Action = OneOf('WorkflowControlAction', CONTROL_ACTIONS);
export const AttemptWord = OneOf('WorkflowAttemptStatus', ATTEMPT_STATUSES);
export const SubjectKind = OneOf('WorkflowSubjectKind', ['user', 'service', 'system']);
export const Code = OneOf('WorkflowErrorCode', ERROR_CODES);
