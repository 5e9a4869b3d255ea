import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { SilentLogger } from '@workflow-runner/contract';
import { SystemClock } from '@workflow-runner/engine';
import { afterEach, describe, expect, it } from 'vitest';
import { makeStore, readConnection } from './open-store.js';

describe('A connection string', () => {
  it.each([
    ['memory:', { kind: 'memory' }],
    ['sqlite:./data/workflows.db', { kind: 'sqlite', path: './data/workflows.db' }],
    ['sqlite:/var/lib/w.db', { kind: 'sqlite', path: '/var/lib/w.db' }],
    ['sqlite:///var/lib/w.db', { kind: 'sqlite', path: '/var/lib/w.db' }],
    ['sqlite://w.db', { kind: 'sqlite', path: 'w.db' }],
    ['mongodb://localhost:27017/workflows', { kind: 'mongo', uri: 'mongodb://localhost:27017/workflows' }],
    ['mongodb+srv://u:p@a.b/w?w=1', { kind: 'mongo', uri: 'mongodb+srv://u:p@a.b/w?w=1' }],
    ['mongodb://a,b,c/w?replicaSet=r', { kind: 'mongo', uri: 'mongodb://a,b,c/w?replicaSet=r' }],
  ])('%s names a store', (connection, location) => {
    expect(readConnection(connection)).toEqual(location);
  });

  it.each([
    ['sqlite:'],
    ['sqlite::memory:'],
    ['./data.db'],
    ['mysql://root:secret@host/db'],
    ['memory'],
    ['mongodb://u:secret@host'],
    ['mongodb://u:secret@host/'],
    ['mongodb://u:secret@host/?w=1'],
    ['mongodb:host/db'],
  ])('%s is refused', (connection) => {
    expect(() => readConnection(connection)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'persistence.connectionString' }),
    );
  });

  it.each([['postgres://host/db'], ['postgresql://host/db']])(
    '%s is not available yet and says so',
    (connection) => {
      expect(() => readConnection(connection)).toThrow('is not available in this version');
    },
  );

  it.each([['mysql://root:secret@host/db'], ['mongodb://root:secret@host'], ['mongodb:root:secret@host/db']])(
    'does not repeat the password of %s',
    (connection) => {
      expect(() => readConnection(connection)).toThrow(/^((?!secret).)*$/s);
    },
  );
});

describe('A store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'open-store-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('of SQLite lies in a file whose path begins at the working directory', async () => {
    const path = join(folder, 'deep', 'a.db');
    const store = await makeStore(
      { kind: 'sqlite', path: relative('', path) },
      new SystemClock(),
      new SilentLogger(),
    );
    await store.open();
    await store.close();
    expect(existsSync(path)).toBe(true);
  });
});
