import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../e2e/until.js';
import type { Image } from './image.js';

/** A process as `docker run` would start it from an image, with the environment of the image and no other. */
export class Container {
  readonly exit: Promise<number | null>;
  output = '';
  private readonly child: ChildProcess;
  private isOver = false;

  constructor(
    private readonly image: Image,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    const { file, args, options } = image.spawnable(image.command, env);
    this.child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.exit = once(this.child, 'close').then(([code]) => code as number | null);
    void this.exit.then(() => (this.isOver = true));
  }

  /** Resolves when it listens. */
  async listens(): Promise<this> {
    await until(() => {
      if (this.isOver) throw new Error(`It ended:\n${this.output}`);
      return this.output.includes('server.started');
    });
    return this;
  }

  /** @returns the exit code of the image's health check */
  async health(): Promise<number> {
    const { file, args, options } = this.image.spawnable(this.image.healthCheck, this.env);
    return new Promise((resolve) => {
      execFile(file, args, options, (error) => resolve(error ? Number(error.code) : 0));
    });
  }

  async call(method: string, path: string, token: string, body?: unknown) {
    const response = await fetch(`http://127.0.0.1:${this.env['PORT']}/workflow${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
