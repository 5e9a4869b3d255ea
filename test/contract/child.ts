import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A child process of a test that says something when it has come so far. */
export class Child {
  private readonly process;
  private readonly lines;

  private constructor(args: readonly string[]) {
    this.process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** Starts `children/<name>`, from the sources when it is TypeScript. */
  static start(name: string, ...args: string[]): Child {
    const file = pathOf(name);
    return new Child(name.endsWith('.ts') ? [pathOf('run-source.mjs'), file, ...args] : [file, ...args]);
  }

  async line(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('The child ended before it said anything');
    return value;
  }

  send(text: string): void {
    this.process.stdin.write(text);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Resolves when the process is gone; a second call does nothing. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`./children/${name}`, import.meta.url));
}
