import { Logger } from '@workflow-runner/contract';
import { fieldsToJson } from './fields-to-json.js';

/** Writes one JSON object a line: `time`, `level`, `msg`, then the fields. */
export class JsonLogger extends Logger {
  /**
   * @param write takes a line with its end
   * @param now epoch ms
   */
  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number,
  ) {
    super();
  }

  debug(message: string, fields?: Record<string, unknown>): void {
    this.line('debug', message, fields);
  }

  info(message: string, fields?: Record<string, unknown>): void {
    this.line('info', message, fields);
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.line('warn', message, fields);
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.line('error', message, fields);
  }

  private line(level: string, msg: string, fields: Record<string, unknown> = {}): void {
    const head = { time: new Date(this.now()).toISOString(), level, msg };
    this.write(`${fieldsToJson({ ...head, ...fields, ...head }) ?? JSON.stringify(head)}\n`);
  }
}
