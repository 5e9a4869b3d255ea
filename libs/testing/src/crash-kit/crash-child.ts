import { fork, type ChildProcess } from 'node:child_process';

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a child tells by itself, by `ParentLink.tell`. */
export interface ChildMessage {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface SpawnOptions {
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for Node itself, for example `--expose-gc`. @default none */
  readonly execArgv?: readonly string[];
}

/** The child ended before it answered: what was asked may have happened or not. */
export class ChildGoneError extends Error {
  readonly code = 'CHILD_GONE';
}

/** The child answered with an error; `code` is that error's, where it has one. */
export class ChildRefusedError extends Error {
  constructor(
    message: string,
    readonly code: string | null,
  ) {
    super(message);
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type Answer = { id: number; value?: unknown; error?: { message: string; code: string | null } };

const living = new Set<CrashChild>();

/**
 * A real process to be killed: runs a script that calls `serveParent`, answers questions over Node's IPC, and can
 * be killed, frozen and continued at any moment.
 *
 *   running ──freeze──▶ frozen ──resume──▶ running ──kill, or its own end──▶ gone
 */
export class CrashChild {
  /** Resolves when the process is gone and everything it said has been read. */
  readonly exited: Promise<ChildExit>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<(message: ChildMessage) => void>();
  private text = '';
  private asked = 0;
  private gone: ChildExit | null = null;

  private constructor(private readonly child: ChildProcess) {
    living.add(this);
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve(this.onGone({ code, signal })));
    });
    child.on('message', (message) => this.onMessage(message as Answer | ChildMessage));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    }
  }

  static spawn(script: string, options: SpawnOptions = {}): CrashChild {
    const child = fork(script, [], {
      env: { ...process.env, ...options.env },
      execArgv: [...(options.execArgv ?? [])],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new CrashChild(child);
  }

  /** For the end of a test: nothing that was spawned by this process lives on. */
  static async killAll(): Promise<void> {
    await Promise.all([...living].map((child) => child.kill()));
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get isGone(): boolean {
    return this.gone !== null;
  }

  /** What it wrote to stdout and stderr so far. */
  get output(): string {
    return this.text;
  }

  /**
   * Asks for one of the operations that the script serves.
   * @throws {ChildGoneError} it ended first @throws {ChildRefusedError} it answered with an error
   */
  ask<T = unknown>(operation: string, argument?: unknown): Promise<T> {
    const id = (this.asked += 1);
    return new Promise<T>((resolve, reject) => {
      if (this.gone) return reject(this.goneError(operation));
      this.waiting.set(id, {
        resolve,
        reject: (error) => reject(error instanceof ChildGoneError ? this.goneError(operation) : error),
      });
      // A channel that breaks while it is written to is followed by the end of the process.
      this.child.send({ id, operation, argument }, () => undefined);
    });
  }

  /** @returns how to stop listening */
  onTold(listener: (message: ChildMessage) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Kills it, frozen or not, and waits until it is gone. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ChildExit> {
    if (!this.gone) this.child.kill(signal);
    return this.exited;
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  private onMessage(message: Answer | ChildMessage): void {
    if ('event' in message) {
      for (const listener of this.listeners) listener(message);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error) waiting?.reject(new ChildRefusedError(message.error.message, message.error.code));
    else waiting?.resolve(message.value);
  }

  private onGone(exit: ChildExit): ChildExit {
    this.gone = exit;
    living.delete(this);
    for (const waiting of this.waiting.values()) waiting.reject(new ChildGoneError());
    this.waiting.clear();
    return exit;
  }

  private goneError(operation: string): ChildGoneError {
    return new ChildGoneError(
      `Process ${this.pid} ended before it answered ${operation}\n${this.text.slice(-2_000)}`,
    );
  }
}
