import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the start of the process, or from the last signal it was sent, to its end. */
  readonly afterMs: number;
}

export interface ServerOptions {
  /** Working directory. @default a new one */
  readonly folder?: string;
  readonly env?: Record<string, string>;
}

const running = new Set<ServerProcess>();
const folders = new Set<string>();

/** A folder that `endServers` deletes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-e2e-'));
  folders.add(folder);
  return folder;
}

/** Ends whatever was started and deletes what it wrote: call it in `afterAll` or `afterEach` of every file. */
export async function endServers(): Promise<void> {
  for (const server of running) server.signal('SIGKILL');
  await Promise.all([...running].map((server) => server.exit));
  running.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** The real server in a process of its own, on a port of its own, in a folder of its own. */
export class ServerProcess {
  readonly folder: string;
  readonly exit: Promise<Exit>;
  output = '';
  errors = '';
  address = '';

  private readonly child: ChildProcess;
  private lastMoment = performance.now();

  constructor({ folder = temporaryFolder(), env = {} }: ServerOptions = {}) {
    this.folder = folder;
    const { PATH = '' } = process.env;
    this.child = spawn(process.execPath, [MAIN], {
      cwd: folder,
      env: { PATH, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.exit = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        resolve({ code, signal, afterMs: performance.now() - this.lastMoment });
      });
    });
    running.add(this);
  }

  /** Starts one and waits until it has greeted, or, with tokens from elsewhere, until it listens. */
  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const server = new ServerProcess(options);
    const last = options.env?.['JWT_SECRET'] ? 'server.started' : 'curl -X POST';
    const ended = server.exit.then(() => true);
    await until(async () => {
      if (await Promise.race([ended, Promise.resolve(false)])) {
        throw new Error(`The server ended:\n${server.output}${server.errors}`);
      }
      return server.output.includes(last);
    });
    server.address = /"address":"([^"]+)"/.exec(server.output)?.[1] ?? '';
    return server;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get token(): string {
    return readFileSync(join(this.folder, 'data/admin-token'), 'utf8').trim();
  }

  signal(signal: NodeJS.Signals): void {
    this.lastMoment = performance.now();
    this.child.kill(signal);
  }
}
