import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeIdentity, NodeRecord } from '@workflow-runner/contract';
import { Child } from './child.js';
import { makeSqlite } from './sqlite-lab.js';

/** The kernel frees a lock at the death of its process; how long the others may take to see it, in ms. */
const SEEN_MS = 100;

describe('SqliteStore and the process of a node', () => {
  let lab: Awaited<ReturnType<typeof makeSqlite>>;
  let child: Child;
  let node: NodeIdentity;

  beforeEach(async () => {
    lab = await makeSqlite();
    child = Child.start('node-child.ts', lab.path);
    node = JSON.parse(await child.line()) as NodeIdentity;
  });

  afterEach(async () => {
    await child.kill();
    await lab.dispose();
  });

  const seen = async (): Promise<NodeRecord | undefined> =>
    (await lab.store.nodes()).find(({ nodeId }) => nodeId === node.nodeId);

  it('sees at once that a killed process is gone', async () => {
    expect((await seen())?.provenGone).toBe(false);

    await child.kill();
    const killedAt = performance.now();
    while (!(await seen())?.provenGone) await new Promise((resolve) => setTimeout(resolve, 1));

    expect(performance.now() - killedAt).toBeLessThan(SEEN_MS);
    expect(await seen()).toMatchObject({ state: 'alive', provenGone: true });
  });

  it('does not take a process that stands still for one that is gone', async () => {
    child.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(await seen()).toMatchObject({ state: 'alive', provenGone: false });
  });

  it('leaves no lock file of an earlier epoch behind when the node joins again', async () => {
    await child.kill();
    const next = await lab.store.join({ nodeId: node.nodeId, leaseMs: 15_000, workflowIds: [] });

    const files = readdirSync(dirname(lab.path)).filter((file) => file.includes('-node-'));
    expect(files).toEqual([`store.db-node-child-${next.epoch}`]);
  });

  it('removes the lock file of a dead node once it was taken over', async () => {
    await child.kill();
    await lab.store.takeover(node);
    await lab.store.nodes();

    expect(readdirSync(dirname(lab.path)).filter((file) => file.includes('-node-'))).toEqual([]);
  });
});
