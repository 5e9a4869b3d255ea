import { StoreTooNewError } from '@workflow-runner/contract';
import { ComponentFailedError } from '@workflow-runner/runner';
import { describe, expect, it } from 'vitest';
import { SettingsError } from '../settings/settings-error.js';
import type { Settings } from '../settings/settings.js';
import { explainStartError } from './start-error.js';

const settings = { host: '127.0.0.1', port: 80 } as Settings;
const explain = (error: unknown) => explainStartError(error, settings);
const withCode = (code: string) => Object.assign(new Error('x'), { code });

describe('explainStartError', () => {
  it('says in one line what an operator can do about an address', () => {
    for (const code of ['EADDRINUSE', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EACCES']) {
      expect(explain(withCode(code))).toMatch(/^[^\n]*127\.0\.0\.1:80[^\n]*$/);
    }
  });

  it('keeps the code of what the store refused', () => {
    expect(explain(new ComponentFailedError('store', new StoreTooNewError(9, 1)))).toContain('STORE_TOO_NEW');
  });

  it('lists wrong settings', () => {
    const problems = [
      { variable: 'PORT', problem: 'a' },
      { variable: 'HOST', problem: 'b' },
    ];
    expect(explain(new SettingsError(problems))?.split('\n')).toEqual([
      'These settings cannot be used:',
      '  PORT: a',
      '  HOST: b',
    ]);
  });

  it('leaves what nobody foresaw to its stack', () => {
    expect(explain(new TypeError('x'))).toBeNull();
    expect(explain(new ComponentFailedError('host', new TypeError('x')))).toBeNull();
    expect(explain(undefined)).toBeNull();
  });
});
