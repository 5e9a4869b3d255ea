import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, describe, expect, it } from 'vitest';
import { badInputsOf } from '../../../../../test/rest/bad-inputs.js';
import { DocumentedApi } from '../../../../../test/rest/documented-api.js';
import { ADAPTERS, RestLab, TOKEN } from '../../../../../test/rest/host-lab.js';
import { SAMPLES } from '../../../../../test/rest/sample-workflows.js';
import { createWorkflowApiDocument } from './create-document.js';

const lab = new RestLab();
afterEach(() => lab.clear());

/** Nonsense that means something all the same: `{}` for a start's data, an empty filter of a list. */
const TAKEN = [200, 201, 202];

describe.each(ADAPTERS)('nonsense on %s', (adapter) => {
  it('is answered by a clear problem at every route, never by a fault, and stores nothing', async () => {
    const host = await lab.boot(adapter, { runner: { workflows: SAMPLES } });
    const runner = host.app.get(WorkflowRunnerService);
    const document = createWorkflowApiDocument(host.app);
    const api = new DocumentedApi(host, document, TOKEN);
    const inputs = badInputsOf(document);
    const faults: string[] = [];
    let refused = 0;
    for (const { operationId, what, call } of inputs) {
      const { status, body } = await api.call(operationId, call);
      if (TAKEN.includes(status)) continue;
      refused += 1;
      const isClear =
        typeof body['code'] === 'string' && body['success'] === false && body['status'] === status;
      if (status >= 500 || !isClear) faults.push(`${operationId} ${what}: ${status} ${JSON.stringify(body)}`);
    }
    expect(faults).toEqual([]);
    expect(refused).toBeGreaterThan(inputs.length / 2);
    // Every path named a workflow or an instance that is not there.
    expect((await runner.listInstances()).items).toEqual([]);
    expect({}).not.toHaveProperty('isAdmin');
    expect((await host.ask('GET', '/workflow/status', { token: TOKEN })).status).toBe(200);
  }, 60_000);

  it('of ten megabytes is 413, and a request that breaks off harms nobody', async () => {
    const host = await lab.boot(adapter, { runner: { workflows: SAMPLES } });
    const path = '/workflow/start/sample.ends';
    const huge = JSON.stringify({ text: 'x'.repeat(10_000_000) });
    expect(await answerTo(`${host.address}${path}`, huge)).toMatchObject({
      status: 413,
      body: { code: 'PAYLOAD_TOO_LARGE', status: 413 },
    });
    const { port } = new URL(host.address);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"half":',
    );
    socket.destroy();
    await once(socket, 'close');
    expect((await host.app.get(WorkflowRunnerService).listInstances()).items).toEqual([]);
    expect((await host.ask('POST', path, { token: TOKEN, body: {} })).status).toBe(201);
  });
});

/** Reads the answer even when the server closes the connection before all has been sent. */
async function answerTo(address: string, body: string) {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const asking = request(address, { method: 'POST', headers });
  asking.on('error', () => undefined);
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  const text = (await answer.setEncoding('utf8').toArray()).join('');
  return { status: answer.statusCode, body: JSON.parse(text) as unknown };
}
