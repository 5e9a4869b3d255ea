import { type ServerProcess } from './server-process.mjs';

/** A server that belongs to one test file, which may treat it as badly as it likes. */
export class OwnServer {
  private running: ServerProcess | null = null;

  /** @param begin starts it, each time with the same address and the same data folder */
  constructor(private readonly begin: () => Promise<ServerProcess>) {}

  /** Resolves when it answers. */
  async start(): Promise<void> {
    this.running ??= await this.begin();
  }

  /** In order: what it holds is written first. */
  async stop(): Promise<void> {
    this.thaw();
    await this.running?.stop();
    this.running = null;
  }

  /** As by `kill -9`. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.running?.ended;
    this.running = null;
  }

  /** A stop in order, and a start at the same address. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** It holds its connections and its locks, and answers nobody. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.running) process.kill(this.running.pid, signal);
  }
}
