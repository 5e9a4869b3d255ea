import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { RequestMethod } from '@nestjs/common';
import { expect, it } from 'vitest';
import { CONTROLLERS } from './controllers/all.js';
import { routesOf } from './routes.js';

const ROW = /^\| `([A-Z]+) \/([^`]*)` \| (?:`([a-z:]+)`|([a-z ]+)) \|/gm;
const text = readFileSync(new URL('../../../../docs/rest.md', import.meta.url), 'utf8');

it('lists every route with what it asks for in docs/rest.md, and no other', () => {
  const listed = [...text.matchAll(ROW)].map(([, method, path, permission, words]) => {
    return `${method} ${path} ${permission ?? words}`;
  });
  const routes = CONTROLLERS.flatMap(routesOf).map(({ method, path, access }) => {
    const asked = access === 'open' ? 'none' : typeof access === 'string' ? access : 'that of the action';
    return `${RequestMethod[method]} ${path} ${asked}`;
  });
  expect(listed.sort()).toEqual(routes.sort());
});
