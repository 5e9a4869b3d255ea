import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { WORKFLOW } from './lab.js';
import { resting } from './owned-instance.js';

export function definitionChapter(lab: Lab): void {
  it('remembers definitions by workflow and hash', async () => {
    const definitions = ['h1', 'h2'].map((hash) => ({
      workflowId: WORKFLOW,
      hash,
      shape: `{"of":"${hash}"}`,
    }));
    await lab.store.define(definitions);
    await lab.store.define(definitions);

    expect(await lab.store.definition(WORKFLOW, 'h2')).toEqual(definitions[1]);
    expect(await lab.store.definition(WORKFLOW, 'h3')).toBeNull();
    expect(await lab.store.definition('other.one@1.0.0', 'h1')).toBeNull();
  });

  it('knows of each workflow the definition that was remembered last', async () => {
    const of = (workflowId: string, hash: string) => ({ workflowId, hash, shape: `{"of":"${hash}"}` });
    expect(await lab.store.definitions()).toEqual([]);
    await lab.store.define([of(WORKFLOW, 'h1'), of('other.one@1.0.0', 'o1')]);
    await lab.store.define([of(WORKFLOW, 'h2')]);
    const sorted = async () => [...(await lab.store.definitions())].map(({ hash }) => hash).sort();
    expect(await sorted()).toEqual(['h2', 'o1']);
    await lab.store.define([of(WORKFLOW, 'h1')]);
    expect(await sorted()).toEqual(['h1', 'o1']);
  });

  it('makes an instance due that waits for its definition to come back, each time it is registered', async () => {
    const node = await lab.join();
    const rest = { statusReason: 'definition-changed' };
    await resting(lab, 'mine', node, 'waiting', { rest });
    await resting(lab, 'other-hash', node, 'waiting', { rest, start: { definitionHash: 'hash-2' } });
    await resting(lab, 'other-reason', node, 'waiting');
    await resting(lab, 'paused', node, 'paused', { rest });
    const definition = { workflowId: WORKFLOW, hash: 'hash-1', shape: '{}' };
    await lab.store.define([{ ...definition, hash: 'hash-0' }]);
    expect(await lab.claimDue(node)).toEqual([]);

    await lab.store.define([definition]);

    const got = await lab.claimDue(node);
    expect(got.map(({ record }) => record.id)).toEqual(['mine']);
  });
}
