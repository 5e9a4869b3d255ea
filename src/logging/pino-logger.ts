import { Logger } from '@workflow-runner/contract';
import type { Logger as Pino } from 'pino';

/** The product's logger over pino. */
export class PinoLogger extends Logger {
  constructor(private readonly pino: Pino) {
    super();
  }

  debug(message: string, fields: Record<string, unknown> = {}): void {
    this.pino.debug(fields, message);
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.pino.info(fields, message);
  }

  warn(message: string, fields: Record<string, unknown> = {}): void {
    this.pino.warn(fields, message);
  }

  error(message: string, fields: Record<string, unknown> = {}): void {
    this.pino.error(fields, message);
  }
}
