import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { Client } from '../client.js';
import type { ServerProcess } from '../server-process.js';
import { until } from '../until.js';
import { settled } from './blocks.js';

const run = promisify(execFile);
const ADDRESS = 'http://127.0.0.1:3000';
const PLACEHOLDER = /<(id|instanceId)>/g;

/** Somebody who pastes the commands of a document into a shell, in the folder of a server that runs. */
export class Reader {
  readonly client: Client;
  /** The instance that was started last. */
  instanceId = '';

  constructor(private readonly server: ServerProcess) {
    this.client = new Client(server);
  }

  /** @returns what the command printed */
  async paste(command: string): Promise<string> {
    const script = command
      .replaceAll(ADDRESS, this.server.address)
      .replaceAll(PLACEHOLDER, this.instanceId)
      .replaceAll('curl ', 'curl --silent ');
    const { folder, token } = this.server;
    const { PATH = '' } = process.env;
    const { stdout } = await run('bash', ['-euc', script], { cwd: folder, env: { PATH, TOKEN: token } });
    this.instanceId =
      /"instanceId":"([^"]+)".*"message":"Workflow started"/.exec(stdout)?.[1] ?? this.instanceId;
    return stdout;
  }

  /** Pastes it until it prints what the document shows, ids and times aside. */
  async sees(command: string, sample: string): Promise<void> {
    let printed = await this.paste(command);
    const end = performance.now() + 10_000;
    while (settled(printed).trim() !== settled(sample).trim() && performance.now() < end) {
      printed = await this.paste(command);
    }
    expect(settled(printed).trim()).toBe(settled(sample).trim());
  }

  /** Pastes it until it prints something. */
  async finds(command: string, part: string | RegExp): Promise<void> {
    let printed = '';
    const found = () => (typeof part === 'string' ? printed.includes(part) : part.test(printed));
    await until(async () => ((printed = await this.paste(command)), found()), { what: String(part) });
  }
}
