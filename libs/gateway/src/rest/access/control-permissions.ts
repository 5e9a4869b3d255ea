import type { Permission } from '@workflow-runner/contract';
import type { BulkAction } from '@workflow-runner/runner';

/** What a caller needs for each thing that can be done to an instance. */
export const CONTROL_PERMISSIONS = {
  pause: 'workflow:pause',
  resume: 'workflow:resume',
  cancel: 'workflow:cancel',
  terminate: 'workflow:cancel',
  retry: 'workflow:retry',
} as const satisfies Record<BulkAction, Permission>;
