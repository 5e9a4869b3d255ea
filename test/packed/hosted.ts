import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PackedApp } from './packed-app.js';

export const TOKEN = 'secret-of-the-app';

/** A stranger's application in a process of its own. */
export class Hosted {
  readonly lines: string[] = [];
  private errors = '';
  private readonly exited: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'exit').then(([code]) => code as number | null);
    child.stdout!.setEncoding('utf8').on('data', (text: string) => this.lines.push(...text.split('\n')));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
  }

  static async start(app: PackedApp, database: string): Promise<Hosted> {
    const env = { ...process.env, DB: `sqlite:${join(app.folder, database)}` };
    const hosted = new Hosted(spawn(process.execPath, ['dist/main.js'], { cwd: app.folder, env }));
    await hosted.said('listening');
    return hosted;
  }

  get address(): string {
    return this.lines.find((line) => line.startsWith('listening'))!.replace('listening ', '');
  }

  /** Resolves when a line begins like this. */
  async said(beginning: string, times = 1): Promise<void> {
    const ended = this.exited.then((code) => {
      throw new Error(
        `ended with ${code} before it said ${beginning}: ${this.errors}${this.lines.join('\n')}`,
      );
    });
    ended.catch(() => undefined);
    while (this.count(beginning) < times) {
      await Promise.race([once(this.child.stdout!, 'data'), ended]);
    }
  }

  count(beginning: string): number {
    return this.lines.filter((line) => line.startsWith(beginning)).length;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** @returns the exit code; null: killed by a signal */
  end(): Promise<number | null> {
    return this.exited;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.address}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown>,
    };
  }
}
