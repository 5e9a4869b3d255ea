import { Logger } from '@workflow-runner/contract';

/** Passes on everything but debug lines. */
export class WithoutDebug extends Logger {
  constructor(private readonly target: Logger) {
    super();
  }

  debug(): void {}

  info(message: string, fields?: Record<string, unknown>): void {
    this.target.info(message, fields);
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.target.warn(message, fields);
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.target.error(message, fields);
  }
}
