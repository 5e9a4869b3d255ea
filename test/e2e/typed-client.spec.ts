import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { endServers, ServerProcess } from './server-process.js';
import { JWT_SECRET } from './tokens.js';

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
/** In the repository, so that imports are found. */
const OUTPUT = join(ROOT, 'test-output');

let server: ServerProcess;
let folder: string;
beforeAll(async () => {
  server = await ServerProcess.start();
  mkdirSync(OUTPUT, { recursive: true });
  folder = mkdtempSync(join(OUTPUT, 'typed-client-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await endServers();
});

const nobody = () => new Client(server, null);

describe('the document of the server', () => {
  it('is open to everybody, with or without a token, and holds nothing of this server', async () => {
    const { status, text, body } = await nobody().get('/docs-json');
    expect([status, body.openapi]).toEqual([200, '3.0.0']);
    const paths = Object.keys(body.paths as object);
    expect(paths).toEqual(expect.arrayContaining(['/workflow/instances/{id}', '/health/ready']));
    expect(paths).not.toContain('/');
    expect(text).not.toContain(server.token);
    expect(text).not.toContain('system.welcome');

    const page = await nobody().get('/docs');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    // What that policy would not let run.
    expect(page.text).not.toMatch(/<script>|onload=/);
    expect((await nobody().get('/docs/swagger-ui-bundle.js')).status).toBe(200);
    const other = await ServerProcess.start({ env: { JWT_SECRET } });
    expect((await new Client(other, null).get('/docs-json')).status).toBe(200);
  });

  it('makes a client that compiles strictly, and works', async () => {
    const document = new URL('/docs-json', server.address);
    writeFileSync(join(folder, 'generated.ts'), astToString(await openapiTS(document)));
    cpSync(join(import.meta.dirname, 'typed-client/use.ts'), join(folder, 'use.ts'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const options = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node'];
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const compiled = execute(process.execPath, [
      compiler,
      '--ignoreConfig',
      ...options,
      join(folder, 'use.ts'),
    ]);
    await compiled.catch((error: { stdout: string }) => expect.fail(error.stdout));

    const address = [server.address, server.token];
    const { stdout } = await execute(process.execPath, [join(folder, 'use.js'), ...address]);
    expect(JSON.parse(stdout)).toEqual({
      words: 'event order.approved',
      accepted: true,
      found: true,
      code: 'INSTANCE_NOT_FOUND',
    });
  });
});
