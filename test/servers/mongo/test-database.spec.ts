import { expect, it } from 'vitest';
import { testDatabase, withDatabase } from './test-database.js';

it.each([
  ['mongodb://127.0.0.1:27017', 'mongodb://127.0.0.1:27017/x'],
  ['mongodb://127.0.0.1:27017/', 'mongodb://127.0.0.1:27017/x'],
  ['mongodb://a:1,b:2/?replicaSet=tests&tls=true', 'mongodb://a:1,b:2/x?replicaSet=tests&tls=true'],
  ['mongodb://me:pw@a/mine', 'mongodb://me:pw@a/x?authSource=mine'],
  ['mongodb://me:pw@a/mine?authSource=admin', 'mongodb://me:pw@a/x?authSource=admin'],
  ['mongodb+srv://me:pw@a.example?w=majority', 'mongodb+srv://me:pw@a.example/x?w=majority'],
])('the address %s names another database', (uri, expected) => {
  expect(withDatabase(uri, 'x')).toBe(expected);
});

it('two databases of one label are two', () => {
  const server = { uri: 'mongodb://127.0.0.1:1', kind: 'stand-in', version: 'none' } as const;
  expect(testDatabase(server, 'a').name).not.toBe(testDatabase(server, 'a').name);
});
