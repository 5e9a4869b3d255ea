import { chmodSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { localToken } from './local-token.js';
import { SettingsError } from './settings-error.js';
import type { Settings } from './settings.js';

let settings: Settings;
beforeEach(() => {
  settings = { dataFolder: mkdtempSync(join(tmpdir(), 'workflow-token-')) } as Settings;
});
const path = () => join(settings.dataFolder, 'admin-token');
const mode = () => statSync(path()).mode & 0o777;

describe('localToken', () => {
  it('is made once, for the eyes of its owner', () => {
    const token = localToken(settings);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(mode()).toBe(0o600);
    expect(localToken(settings)).toBe(token);
    expect(readdirSync(settings.dataFolder)).toEqual(['admin-token']);
  });

  it('takes back what a copy has opened to others', () => {
    localToken(settings);
    chmodSync(path(), 0o644);
    localToken(settings);
    expect(mode()).toBe(0o600);
  });

  it('refuses a file that holds no token', () => {
    writeFileSync(path(), 'short');
    expect(() => localToken(settings)).toThrow(SettingsError);
  });
});
