import { expect, it } from 'vitest';
import { inRounds } from './in-rounds.js';

function rounds() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const ask = inRounds(() => new Promise<void>((resolve, reject) => ends.push({ resolve, reject })));
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { ends, ask, settle };
}

it('gives all who ask during a round the next one, and no more than that', async () => {
  const { ends, ask, settle } = rounds();
  const done: string[] = [];
  void ask().then(() => done.push('first'));
  await settle();
  for (const name of ['a', 'b', 'c']) void ask().then(() => done.push(name));
  await settle();
  expect(ends).toHaveLength(1);
  ends[0]!.resolve();
  await settle();
  expect([ends.length, done]).toEqual([2, ['first']]);
  ends[1]!.resolve();
  await settle();
  expect([ends.length, done]).toEqual([2, ['first', 'a', 'b', 'c']]);
});

it('goes on after a round that failed', async () => {
  const { ends, ask, settle } = rounds();
  const failed = ask();
  await settle();
  const next = ask();
  ends[0]!.reject(new Error('away'));
  await expect(failed).rejects.toThrow('away');
  await settle();
  ends[1]!.resolve();
  await next;
});
