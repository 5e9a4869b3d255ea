import type { InjectionToken } from '@nestjs/common';
import type { Logger } from '@workflow-runner/contract';
import type { WorkflowRunner } from '@workflow-runner/runner';
import type { Authenticator } from './access/authenticator.js';

export interface WorkflowRestOptions {
  /** The runner to serve, or the token under which a global module provides it. */
  readonly runner: WorkflowRunner | InjectionToken<WorkflowRunner>;
  /** Says who sends a request; `JwtAuthenticator`, `TokenAuthenticator`, or one of the host's own. */
  readonly authenticator: Authenticator;
  /** Where the routes are mounted, below the host's global prefix. @default 'workflow' */
  readonly path?: string;
  /** Where failures and refusals are written. @default nowhere */
  readonly logger?: Logger;
}

export const DEFAULT_PATH = 'workflow';

/** Injection token of the logger of everything in this module. */
export const REST_LOGGER = Symbol('workflow-runner:rest-logger');
/** Injection token of the mount path. */
export const REST_PATH = Symbol('workflow-runner:rest-path');
