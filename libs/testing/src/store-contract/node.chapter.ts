import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { aMark } from './samples.js';
import { running } from './owned-instance.js';

export function nodeChapter(lab: Lab): void {
  it('gives each join of a node the next epoch', async () => {
    const first = await lab.join('n');
    const again = await lab.join('n');

    expect([first.epoch, again.epoch]).toEqual([1, 2]);
  });

  it('ends the earlier epoch of a node that joins again and frees what it owned', async () => {
    const first = await lab.join('n');
    await running(lab, 'i1', first);

    await lab.join('n');

    expect((await lab.store.beat(first, [])).alive).toBe(false);
    expect((await lab.load('i1')).record).toMatchObject({ owner: null, fence: 2, crashes: 1 });
  });

  it('counts heartbeats and keeps what a node has registered', async () => {
    const node = await lab.join('n');
    await lab.store.beat(node, ['a.b@1.0.0']);
    await lab.store.beat(node, ['a.b@2.0.0']);

    const [record] = await lab.store.nodes();

    expect(record).toMatchObject({ ...node, beat: 2, state: 'alive', workflowIds: ['a.b@2.0.0'] });
  });

  it('does not call a living node gone', async () => {
    await lab.join('n');

    expect((await lab.store.nodes())[0]?.provenGone).toBe(false);
    const second = await lab.second();
    expect((await second.nodes())[0]?.provenGone).toBe(false);
  });

  it('gives back what a node owns when it leaves, without blaming it', async () => {
    const node = await lab.join('n');
    await running(lab, 'i1', node);
    lab.clock.advance(5);

    await lab.store.leave(node);

    const { record } = await lab.load('i1');
    expect(record).toMatchObject({ owner: null, crashes: 0, wakeAt: lab.clock.now() });
    expect((await lab.store.nodes())[0]).toMatchObject({ state: 'left', provenGone: true });
  });

  it('tells a node with its heartbeat that it was rung, once', async () => {
    const node = await lab.join('n');
    await running(lab, 'i1', node);
    expect((await lab.store.beat(node, [])).rung).toBe(false);

    await (await lab.second()).control(aMark('i1', 'pause'));

    expect(await lab.store.beat(node, [])).toEqual({ alive: true, rung: true });
    expect(await lab.store.beat(node, [])).toEqual({ alive: true, rung: false });
  });

  it('gives a role to one living node at a time', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];

    expect(await lab.store.hold('relay', a)).toBe(true);
    expect(await lab.store.hold('relay', b)).toBe(false);
    expect(await lab.store.hold('relay', a)).toBe(true);
    expect(await lab.store.hold('other', b)).toBe(true);
  });

  it('gives a role on when its holder has left, or was declared dead', async () => {
    const [a, b, c] = [await lab.join('a'), await lab.join('b'), await lab.join('c')];
    await lab.store.hold('relay', a);

    await lab.store.leave(a);
    expect(await lab.store.hold('relay', b)).toBe(true);
    await lab.store.takeover(b);
    expect(await lab.store.hold('relay', c)).toBe(true);
    expect(await lab.store.hold('relay', b)).toBe(false);
  });
}
