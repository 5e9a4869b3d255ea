import { expect, it } from 'vitest';
import { findFirst, type Place } from './find-first.js';

const none = (name: string): Place<string> => ({ name, look: () => ({ whyNot: `nothing in ${name}` }) });
const some = (name: string): Place<string> => ({ name, look: async () => ({ found: `of ${name}` }) });
const broken: Place<string> = { name: 'c', look: () => Promise.reject(new Error('broken')) };

it('what the first place has is taken, and nobody looks further', async () => {
  const search = await findFirst([none('a'), some('b'), broken]);
  expect(search).toEqual({ found: 'of b', place: 'b', passedOver: ['nothing in a'] });
});

it('when no place has it every one has said why', async () => {
  const search = await findFirst([none('a'), none('b')]);
  expect(search).toEqual({ found: null, place: '', passedOver: ['nothing in a', 'nothing in b'] });
});

it('a place that should have it and is broken is not passed over', async () => {
  await expect(findFirst([none('a'), broken, some('b')])).rejects.toThrow('broken');
});
