import { Logger } from '@workflow-runner/contract';
import type { ILogger } from 'workflow-es';

/** What the engine has to say, in the three levels workflow-es knows. Its debug lines are left out. */
export class EsLogger extends Logger {
  constructor(private readonly target: ILogger) {
    super();
  }

  debug(): void {}

  info(message: string, fields?: Record<string, unknown>): void {
    this.target.info(message, ...withFields(fields));
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.target.log(message, ...withFields(fields));
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.target.error(message, ...withFields(fields));
  }
}

function withFields(fields: Record<string, unknown> | undefined): unknown[] {
  return fields ? [fields] : [];
}
