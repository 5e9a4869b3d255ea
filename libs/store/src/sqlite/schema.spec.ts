import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDriver, type Driver } from './driver.js';
import { migrate, readMeta } from './schema.js';

const step = (version: number, sql: string, oldestReader = 1) => ({ version, oldestReader, sql });
const [one, two] = [step(1, 'CREATE TABLE a (x)'), step(2, 'CREATE TABLE b (x)')];

describe('migrations of a SQLite file', () => {
  let folder: string;
  let driver: Driver;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'workflow-runner-'));
    driver = (await loadDriver())(join(folder, 'store.db'));
  });
  afterEach(() => {
    driver.close();
    rmSync(folder, { recursive: true });
  });

  it('are applied in order, each once', () => {
    migrate(driver, [one]);
    migrate(driver, [one, two]);
    migrate(driver, [one, two]);

    expect(readMeta(driver, 'schema_version')).toBe(2);
    driver.exec('SELECT 1 FROM a, b');
  });

  it('leave nothing behind when one of them fails', () => {
    expect(() => migrate(driver, [one, step(2, 'CREATE TABLE b (x); CREATE nonsense')])).toThrow();

    expect(() => driver.exec('SELECT * FROM a')).toThrow('no such table');
    migrate(driver, [one]);
    expect(readMeta(driver, 'schema_version')).toBe(1);
  });

  it('let the older version go on as long as the newer one admits it', () => {
    migrate(driver, [one, two]);
    migrate(driver, [one]);

    expect(readMeta(driver, 'schema_version')).toBe(2);
  });

  it('stop a version that the newer one does not admit', () => {
    migrate(driver, [one, step(2, 'CREATE TABLE b (x)', 2)]);

    expect(() => migrate(driver, [one])).toThrowError(expect.objectContaining({ code: 'STORE_TOO_NEW' }));
  });
});
