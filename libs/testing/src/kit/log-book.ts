import { Logger } from '@workflow-runner/contract';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line that the runner, or a step by `context.logger`, wrote. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** When, by the time of the kit. */
  readonly at: Date;
}

/** Everything that was logged, oldest first, over all processes of a kit. */
export class LogBook {
  readonly lines: LogLine[] = [];

  /** Lines with this message. */
  of(message: string): readonly LogLine[] {
    return this.lines.filter((line) => line.message === message);
  }
}

/** The pen of one process; one that has died writes no more. */
export class ProcessLogger extends Logger {
  private isMuted = false;

  constructor(
    private readonly book: LogBook,
    private readonly now: () => number,
  ) {
    super();
  }

  mute(): void {
    this.isMuted = true;
  }

  debug(message: string, fields?: Record<string, unknown>): void {
    this.write('debug', message, fields);
  }

  info(message: string, fields?: Record<string, unknown>): void {
    this.write('info', message, fields);
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.write('warn', message, fields);
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.write('error', message, fields);
  }

  private write(level: LogLevel, message: string, fields: Record<string, unknown> = {}): void {
    if (!this.isMuted) this.book.lines.push({ level, message, fields, at: new Date(this.now()) });
  }
}
