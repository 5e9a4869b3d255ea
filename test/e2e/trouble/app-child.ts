import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../until.js';

const SCRIPT = join(import.meta.dirname, '../children/nest-app.mjs');

/** How a process has ended and what it has said. */
export interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** An application in a process of its own. */
export class AppChild {
  private readonly lines: string[] = [];
  private errors = '';
  private readonly ended: Promise<unknown[]>;
  private readonly child;

  constructor(connectionString: string, drainMs: number) {
    this.child = spawn(process.execPath, [SCRIPT, connectionString, String(drainMs)]);
    this.ended = once(this.child, 'close');
    this.child.stdout
      .setEncoding('utf8')
      .on('data', (text: string) => this.lines.push(...text.trim().split('\n')));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
  }

  tell(command: 'start' | 'finish' | 'away' | 'close'): void {
    this.child.stdin.write(`${command}\n`);
  }

  async said(line: string): Promise<void> {
    await until(() => this.lines.includes(line), { what: `${line}: ${this.errors}` });
  }

  async end(): Promise<Ended> {
    const [code] = await this.ended;
    return { code: code as number | null, lines: this.lines, errors: this.errors };
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
