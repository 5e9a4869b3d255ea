import { WorkflowError } from '@workflow-runner/contract';

/** The request carries no credentials, or such as are not to be believed. */
export class UnauthenticatedError extends WorkflowError {
  readonly code = 'UNAUTHENTICATED';
  constructor(
    message = 'Send a token as "Authorization: Bearer <token>"',
    /** True when a token was given and refused. */
    readonly tokenWasBad = false,
  ) {
    super(message);
  }
}

/** The caller is known and may not do this. */
export class ForbiddenError extends WorkflowError {
  readonly code = 'FORBIDDEN';
  constructor(readonly permission: string) {
    super(`This needs the permission ${permission}`);
  }
}
