import { describe, expect, it } from 'vitest';
import type { Index } from '../../../libs/store/src/mongo/driver.js';
import { misfit } from './fitting.js';
import { parse } from './listed-shapes.js';

const due: Index = { name: 'due', key: { dp: 1, dw: 1 }, sparse: true };
const status: Index = { name: 'status', key: { st: 1, ord: 1 } };
const trail: Index = { name: 'trail', key: { at: 1, p: 1 } };
const ids: Index = { name: 'key', key: { ik: 1 }, sparse: true, unique: true };
const tags: Index = { name: 'tags', key: { 'tags.k': 1, 'tags.v': 1, ord: 1 } };

const of = (index: Index, line: string): string | null => misfit(index, parse('instances', index, line));

describe('An index answers', () => {
  it.each<[string, Index, string]>([
    ['values of its first field', due, 'find {dp =}'],
    ['values, then a stretch, in its order', due, 'find {dp =, dw <, st in} sort dw limit'],
    ['some values, each in the order of what follows', status, 'find {st in} sort ord limit'],
    ['the reverse of its order', trail, 'find {at <} sort -at, -p limit'],
    ['its order alone, up to a limit', trail, 'find {p <} sort at, p limit'],
    ['any value of the field of a sparse one', due, 'find {dp exists} limit'],
    ['alternatives that it or the ids answer', ids, 'find {or(_id in | ik in)}'],
    [
      'elements of an array, in the order of what follows',
      tags,
      'find {tags[].k =, tags[].v =} sort ord limit',
    ],
    ['everything, where that is meant', trail, 'find {} sort at all'],
  ])('%s', (_, index, line) => expect(of(index, line)).toBeNull());
});

describe('An index does not answer', () => {
  it.each<[string, Index, string]>([
    ['what does not ask of its first field', due, 'find {dw <}'],
    ['everything, unless that is meant', trail, 'find {} sort at'],
    ['who has none of these values', due, 'find {dp ne}'],
    ['the second field in its order while the first is a stretch', trail, 'find {at <} sort p limit'],
    [
      'the second field in its order when nothing is asked of the first',
      status,
      'find {ord <} sort ord limit',
    ],
    ['an order that it has not', due, 'find {dp =, dw <} sort st limit'],
    ['an order half forward and half back', trail, 'find {at <} sort -at, p limit'],
    ['what may be missing, when it is sparse', due, 'find {dp null}'],
    ['its order alone, when it is sparse', due, 'find {st =} sort dp limit'],
    ['alternatives of which one is about another field', ids, 'find {or(_id in | corr =)}'],
  ])('%s', (_, index, line) => expect(of(index, line)).not.toBeNull());
});
