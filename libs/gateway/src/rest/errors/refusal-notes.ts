import { Inject } from '@nestjs/common';
import { PERMISSIONS, type AuditAction, type Permission } from '@workflow-runner/contract';
import { WorkflowRunner } from '@workflow-runner/runner';
import { accessAskedBy } from '../access/asked-access.js';
import { callerOfRequest } from '../access/current-caller.js';
import { ForbiddenError } from '../access/refusals.js';
import type { RouteAccess } from '../access/require-permission.js';
import { addressOf, pathOf, rawRequestOf, type HttpRequest } from '../raw-request.js';
import type { Problem } from './problem.js';

/** Answers that say that somebody may not. */
const REFUSALS: readonly number[] = [401, 403, 429];

/** Tells the runner, for the audit trail, whom a route of this module has refused. */
export class RefusalNotes {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  note(problem: Problem, error: unknown, request: HttpRequest): void {
    if (!REFUSALS.includes(problem.status)) return;
    const raw = rawRequestOf(request);
    const asked = accessAskedBy(raw);
    // A host may answer its own routes with our filter.
    if (!asked) return;
    this.runner.noteRefusal({
      caller: callerOfRequest(raw),
      address: addressOf(request),
      action: actionOf(error, asked.access),
      code: problem.code,
      path: pathOf(raw),
    });
  }
}

/** The permission that was missing; of a route that takes one of several, the first. */
function actionOf(error: unknown, access: RouteAccess | undefined): AuditAction {
  if (error instanceof ForbiddenError && isPermission(error.permission)) return error.permission;
  if (access === undefined || access === 'open') return 'api:access';
  return typeof access === 'string' ? access : (access[0] ?? 'api:access');
}

function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}
