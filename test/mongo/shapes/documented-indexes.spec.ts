import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { INDEXES } from '../../../libs/store/src/mongo/indexes.js';

const DOCUMENT = new URL('../../../docs/mongodb.md', import.meta.url);

it('The documentation names every index with its fields, and no other', () => {
  const rows = readFileSync(DOCUMENT, 'utf8').match(/^\| `\w+` \| `\w+` \| .*$/gm) ?? [];
  const documented = rows.map((row) => row.split(' | ').slice(0, 3).join(' | ').replace('| ', ''));
  const made = INDEXES.map(([collection, { name, key, sparse, unique }]) => {
    const fields = Object.keys(key).map((field) => `\`${field}\``);
    const kinds = [...(sparse ? [' sparse'] : []), ...(unique ? [' unique'] : [])];
    return `\`${collection}\` | \`${name}\` | ${fields.join(', ')}${kinds.join('')}`;
  });

  expect(documented).toEqual(made);
});
