import { WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, describe, expect, it } from 'vitest';
import { DocumentedApi } from '../../../../../test/rest/documented-api.js';
import { ADAPTERS, RestLab, TOKEN } from '../../../../../test/rest/host-lab.js';
import { mistakesOf } from '../../../../../test/rest/mistakes.js';
import { SAMPLES } from '../../../../../test/rest/sample-workflows.js';
import { createWorkflowApiDocument } from './create-document.js';

const lab = new RestLab();
afterEach(() => lab.clear());

interface Refusal {
  readonly code?: string;
  readonly errors?: readonly { readonly path: string }[];
}

describe.each(ADAPTERS)('One mistake in a request on %s', (adapter) => {
  it('is refused with the field that is wrong, at every route, and changes nothing', async () => {
    const host = await lab.boot(adapter, { runner: { workflows: SAMPLES } });
    const runner = host.app.get(WorkflowRunnerService);
    const id = await runner.startWorkflow('sample.waits', null, { key: 'k' });
    await expect.poll(async () => (await runner.getInstance(id))?.status).toBe('waiting');
    const before = await runner.listInstances();
    const document = createWorkflowApiDocument(host.app);
    const api = new DocumentedApi(host, document, TOKEN);
    // Whatever of these is carried out is seen at the instance, or as another one.
    const mistakes = mistakesOf(document, {
      params: { id, workflowId: 'sample.waits' },
      bodies: {
        startWorkflow: { key: 'k' },
        startWorkflows: { items: [{ workflowId: 'sample.waits' }] },
        publishEvent: { eventName: 'sample.go', eventKey: 'k' },
        controlInstances: { action: 'cancel', filter: { workflow: 'sample.waits' } },
        discardDeadLetter: { reason: 'none' },
      },
    });
    const faults: string[] = [];

    for (const { operationId, what, call, path } of mistakes) {
      const answer = await api.call(operationId, call).catch((error: Error) => error);
      if (answer instanceof Error) {
        faults.push(`${operationId} ${what}: ${answer.message}`);
        continue;
      }
      const { status, body } = answer;
      const { code, errors = [] } = body as Refusal;
      const named = errors.map((error) => error.path.replace(/^(body|query)\./, ''));
      const isNamed = path === null || named.some((name) => name.startsWith(path));
      if (status === 400 && code === 'INVALID_REQUEST' && isNamed) continue;
      faults.push(`${operationId} ${what}: ${status} ${JSON.stringify(errors)}`);
    }

    expect(faults).toEqual([]);
    expect(mistakes.length).toBeGreaterThan(300);
    expect(await runner.listInstances()).toEqual(before);
    expect({}).not.toHaveProperty('isAdmin');
  }, 60_000);
});
