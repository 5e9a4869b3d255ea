import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { endServers, ServerProcess, temporaryFolder } from './server-process.js';

afterEach(endServers);

/** Starts a server that cannot start; returns what it told its operator. */
async function refused(env: Record<string, string>, folder = temporaryFolder()): Promise<string> {
  const server = new ServerProcess({ env, folder });
  expect((await server.exit).code).toBe(1);
  expect(server.errors).not.toMatch(/^\s+at /m);
  return server.errors;
}

describe('the first lines', () => {
  it('hold the address with its token, the workflows, and what autoStart did', async () => {
    const server = await ServerProcess.start();
    expect(server.output).toContain(`${server.address}/?token=${server.token}\n`);
    expect(server.output).toContain('shop.order@1.0.0');
    expect(server.output).toMatch(/system\.welcome@1\.0\.0 was started as \S+ and is completed/);
    const { body } = await new Client(server).get('/workflow/instances?workflow=system.welcome');
    expect(body.items).toMatchObject([{ status: 'completed' }]);
  });

  it('hold no token when callers bring their own', async () => {
    const server = await ServerProcess.start({ env: { JWT_SECRET: 'x'.repeat(40) } });
    expect(server.output).not.toContain('token');
  });
});

describe('a start that cannot succeed', () => {
  it('names every setting that is wrong, and nothing else', async () => {
    const message = await refused({
      PORT: 'http',
      HOST: '0.0.0.0',
      AMQ_URL: 'amqp://x',
      MAX_RETRIES: 'many',
    });
    for (const variable of ['PORT', 'HOST', 'AMQ_URL', 'MAX_RETRIES'])
      expect(message).toContain(`  ${variable}: `);
    expect(message.trim().split('\n')).toHaveLength(5);
  });

  it('names a module that cannot be loaded, or exports no workflows', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'empty.mjs'), 'export const nothing = 1;');
    const message = await refused(
      { WORKFLOW_MODULES: './missing.mjs, ./empty.mjs, no-such-package' },
      folder,
    );
    for (const name of ['./missing.mjs', './empty.mjs', 'no-such-package']) {
      expect(message).toContain(`WORKFLOW_MODULES: ${name} `);
    }
  });

  it('names a workflow that cannot be run', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'w.mjs'),
      'export const workflows = [{ nameSpace: "a", name: "b", version: "x", category: "workflow", component: { build() {} } }];',
    );
    expect(await refused({ WORKFLOW_MODULES: './w.mjs' }, folder)).toContain('a.b@x');
  });

  it('names a port that is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const message = await refused({ PORT: String(port) });
      expect(message.trim().split('\n')).toHaveLength(1);
      expect(message).toContain(`127.0.0.1:${port} is in use`);
    } finally {
      other.close();
    }
  });

  it('for its port has run nothing before it found out', async () => {
    const first = await ServerProcess.start();
    await refused({ PORT: new URL(first.address).port }, first.folder);
    const { body } = await new Client(first).get('/workflow/instances?workflow=system.welcome');
    expect(body.items).toHaveLength(1);
  });

  it('says so when the database is damaged', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/workflows.db'), 'this is no database'.repeat(500));
    const message = await refused({}, folder);
    expect(message).toContain('STORE_CORRUPT');
    expect(message.trim().split('\n')).toHaveLength(1);
  });

  it('says so when a newer version has written the database', async () => {
    const first = await ServerProcess.start();
    const { folder } = first;
    first.signal('SIGTERM');
    await first.exit;
    const database = new DatabaseSync(join(folder, 'data/workflows.db'));
    database.exec("UPDATE meta SET value = 999 WHERE key IN ('schema_version', 'oldest_reader')");
    database.close();
    expect(await refused({}, folder)).toContain('STORE_TOO_NEW');
  });

  it('says so when somebody holds the database and does not let go', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'data'));
    const database = new DatabaseSync(join(folder, 'data/workflows.db'));
    database.exec(
      'PRAGMA journal_mode = WAL; CREATE TABLE mine (a); BEGIN EXCLUSIVE; INSERT INTO mine VALUES (1)',
    );
    try {
      const message = await refused({}, folder);
      expect(message).toContain('STORE_LOCKED');
      expect(message.trim().split('\n')).toHaveLength(1);
    } finally {
      database.close();
    }
  });

  it('says so when the data folder cannot be made', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'data'), 'a file');
    expect(await refused({}, folder)).toContain('WORKFLOW_DB');
  });
});
