import type { ExecutionContext } from '@nestjs/common';
import type { Caller } from '@workflow-runner/contract';

/** Finds out who sends a request. */
export interface Identification {
  /** Whether headers are enough: it is asked before the body is read. Else it is asked where guards stand. */
  readonly needsHeadersOnly: boolean;
  /** Called once, when everything in the application has been made. */
  prepare(): Promise<void>;
  /**
   * @returns null when nobody says who it is
   * @throws {UnauthenticatedError} or what a guard throws
   */
  identify(context: ExecutionContext): Promise<Caller | null>;
}
