import { expect, it } from 'vitest';
import { TakenMessages } from './taken-messages.js';

const ids = Array.from({ length: 5_000 }, (_, index) => `s${index}`);

it('knows every message that is still in the inbox, however many there are', () => {
  const taken = new TakenMessages();
  expect(ids.filter((id) => taken.isNew(id))).toEqual(ids);
  expect(ids.filter((id) => taken.isNew(id))).toEqual([]);
});

it('remembers what has left the inbox last, and forgets what left it long ago', () => {
  const taken = new TakenMessages();
  for (const id of ids) {
    taken.isNew(id);
    taken.consumed([id]);
  }
  expect([taken.isNew('s4999'), taken.isNew('s4000'), taken.isNew('s0')]).toEqual([false, false, true]);
});
