import { Logger as NestLog } from '@nestjs/common';
import { Logger } from '@workflow-runner/contract';
import { fieldsToJson } from '../fields-to-json.js';

/** Writes into the application's own log, the fields as JSON behind the message. */
export class NestLogger extends Logger {
  private readonly log: NestLog;

  constructor(context = 'WorkflowRunner') {
    super();
    this.log = new NestLog(context);
  }

  debug(message: string, fields?: Record<string, unknown>): void {
    this.log.debug(line(message, fields));
  }

  info(message: string, fields?: Record<string, unknown>): void {
    this.log.log(line(message, fields));
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.log.warn(line(message, fields));
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.log.error(line(message, fields));
  }
}

function line(message: string, fields?: Record<string, unknown>): string {
  const json = fields === undefined ? null : fieldsToJson(fields);
  return json === null ? message : `${message} ${json}`;
}
