import { Logger } from '@workflow-runner/contract';

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
    this.write(`${toJson({ ...head, ...fields, ...head }) ?? JSON.stringify(head)}\n`);
  }
}

/** A line that cannot be written whole is written without its fields; logging never fails its caller. */
function toJson(line: object): string | null {
  try {
    return JSON.stringify(line, (_key, value: unknown) => {
      if (value instanceof Error) return value.message;
      return typeof value === 'bigint' ? String(value) : value;
    });
  } catch {
    return null;
  }
}
