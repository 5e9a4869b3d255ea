import { InvalidOptionsError, type Logger } from '@workflow-runner/contract';
import type { WorkflowRunner } from '@workflow-runner/runner';
import type { Authenticator } from './access/authenticator.js';
import type { CallerOf, HostGuard } from './access/by-guards.js';
import type { StreamOptions } from './stream/stream-options.js';

/** What a factory of `forRootAsync` gives. Without authenticator and guards nobody is let in. */
export interface WorkflowRestSettings {
  /** The runner to serve. @default the one of WorkflowRunnerModule */
  readonly runner?: WorkflowRunner;
  /**
   * Says who sends a request, by its headers, before the body is read; `JwtAuthenticator`, `TokenAuthenticator`, or
   * one of the host's own.
   */
  readonly authenticator?: Authenticator;
  /** The host's own guards, in place of an authenticator. Empty: its global ones say who it is. */
  readonly guards?: readonly HostGuard[];
  /** Who a request is from that the guards let pass. @default `request.user`, with `sub`, `roles` and `tenant` */
  readonly callerOf?: CallerOf;
  /** How live streams are served. */
  readonly streams?: Partial<StreamOptions>;
  /** Where failures and refusals are written. @default Nest's logger */
  readonly logger?: Logger;
}

/** What must be known at once. */
export interface WorkflowRestPlace {
  /** Where the routes are mounted, below the host's global prefix. @default 'workflow' */
  readonly path?: string;
}

export interface WorkflowRestOptions extends WorkflowRestSettings, WorkflowRestPlace {}

/** What `useClass` and `useExisting` of `forRootAsync` name. */
export interface WorkflowRestOptionsFactory {
  createWorkflowRestOptions(): Promise<WorkflowRestSettings> | WorkflowRestSettings;
}

export const DEFAULT_PATH = 'workflow';

/** Injection token of the logger of everything in this module. */
export const REST_LOGGER = Symbol('workflow-runner:rest-logger');

/** @throws {InvalidOptionsError} two ways to say who sends a request, or half a one */
export function checkRestSettings({ authenticator, guards, callerOf }: WorkflowRestSettings): void {
  if (authenticator && guards)
    throw new InvalidOptionsError('guards', 'give guards or an authenticator, not both');
  if (callerOf && !guards) throw new InvalidOptionsError('callerOf', 'has no meaning without guards');
}
