import { expect, it } from 'vitest';
import type { Search } from '../find-first.js';
import type { MongoServer } from './mongo-server.js';
import { ranAgainst } from './report.js';

const mongod: MongoServer = { uri: 'mongodb://127.0.0.1:1', kind: 'mongod', version: '8.0.1' };
const none = (...passedOver: string[]): Search<never> => ({ found: null, place: '', passedOver });

it('a server that was started is named with its kind, its version and why no other was taken', () => {
  const starters = { found: {}, place: 'started by the tests', passedOver: [] };
  const shared = [mongod, { ...mongod, kind: 'replica set' } as const];
  expect(ranAgainst(shared, none('no address', 'nobody there'), starters)).toBe(
    'MongoDB: mongod 8.0.1 and replica set 8.0.1, started by the tests (no address; nobody there)',
  );
});

it('beside a server that was there it says what was killed', () => {
  const standing = { found: mongod, place: 'TEST_MONGODB_URI', passedOver: [] };
  const starters = { found: {}, place: 'a stand-in', passedOver: ['no mongod'] };
  expect(ranAgainst([mongod], standing, starters)).toBe(
    'MongoDB: mongod 8.0.1, TEST_MONGODB_URI (no mongod); killed: a stand-in',
  );
});

it('what is skipped is said, with why and what would help', () => {
  const nothing = ranAgainst([], none('nobody there'), none('no mongod', 'no java'));
  expect(nothing).toContain('all of it skipped (nobody there; no mongod; no java). Set TEST_MONGODB_URI');
  const standing = { found: mongod, place: 'TEST_MONGODB_URI', passedOver: [] };
  expect(ranAgainst([mongod], standing, none('no java'))).toContain(
    'what kills it is skipped. Set TEST_MONGODB_URI',
  );
});
