import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from './read-settings.js';
import { SettingsError } from './settings-error.js';

function variablesRefused(environment: Record<string, string>): string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const { variable } of error.problems) expect(error.message).toContain(variable);
    return error.problems.map(({ variable }) => variable);
  }
}

describe('readSettings', () => {
  it('has a default for everything', () => {
    expect(readSettings({})).toMatchObject({
      port: 3_000,
      host: '127.0.0.1',
      database: {
        connectionString: 'sqlite:./data/workflows.db',
        file: './data/workflows.db',
        shown: './data/workflows.db',
      },
      jwt: null,
      workflowModules: null,
      maxRetries: null,
      logging: { level: 'info', debug: [] },
    });
  });

  it('takes an empty variable as one that is not set', () => {
    expect(variablesRefused({ PORT: '', HOST: ' ', AMQ_URL: '', WORKFLOW_DB: '', LOG_LEVEL: '' })).toEqual(
      [],
    );
  });

  it('obeys what is set', () => {
    const settings = readSettings({
      PORT: '0',
      HOST: '0.0.0.0',
      WORKFLOW_DB: 'sqlite:/var/lib/w/w.db',
      JWT_SECRET: 's',
      JWT_ISSUER: 'i',
      JWT_AUDIENCE: 'a',
      WORKFLOW_MODULES: './a.js, b',
      MAX_RETRIES: '0',
      LOG_LEVEL: 'WARN',
      DEBUG: 'workflow:*,other',
    });
    expect(settings).toEqual({
      port: 0,
      host: '0.0.0.0',
      database: {
        connectionString: 'sqlite:/var/lib/w/w.db',
        file: '/var/lib/w/w.db',
        shown: '/var/lib/w/w.db',
      },
      dataFolder: '/var/lib/w',
      jwt: { secret: 's', issuer: 'i', audience: 'a' },
      workflowModules: ['./a.js', 'b'],
      maxRetries: 0,
      logging: { level: 'warn', debug: ['workflow:*', 'other'] },
    });
  });

  it('lists everything that is wrong at once', () => {
    expect(
      variablesRefused({ PORT: '70000', MAX_RETRIES: '-1', LOG_LEVEL: 'loud', WORKFLOW_DB: 'x.db' }),
    ).toEqual(['PORT', 'WORKFLOW_DB', 'MAX_RETRIES', 'LOG_LEVEL']);
  });

  it.each(['postgres://u:secret@h/d', 'mongodb:u:secret@h/d', 'sqlite:', 'sqlite::memory:'])(
    'refuses the store %s without repeating it',
    (address) => {
      expect(variablesRefused({ WORKFLOW_DB: address })).toEqual(['WORKFLOW_DB']);
      expect(() => readSettings({ WORKFLOW_DB: address })).not.toThrow(/secret/);
    },
  );

  it.each([
    'mongodb://u:p%40ss@h1:27017,h2/work?authSource=secret',
    'mongodb+srv://u:p@h1/work',
    'mongodb://h1/work',
  ])('takes %s under either name, and shows no secrets', (address) => {
    const { database, dataFolder } = readSettings({ MONGODB_URI: address });
    expect(database).toMatchObject({ connectionString: address, file: null });
    expect(database.shown).toMatch(/^mongodb(\+srv)?:\/\/h1(:27017,h2)?\/work$/);
    expect(dataFolder).toBe(resolve('data'));
    expect(readSettings({ WORKFLOW_DB: address }).database).toEqual(database);
    expect(readSettings({ WORKFLOW_DB: address, MONGODB_URI: address }).database).toEqual(database);
  });

  it('takes one store only', () => {
    const MONGODB_URI = 'mongodb://h/work';
    expect(variablesRefused({ MONGODB_URI, WORKFLOW_DB: 'sqlite:./w.db' })).toEqual(['MONGODB_URI']);
    expect(variablesRefused({ MONGODB_URI, WORKFLOW_DB: 'mongodb://h/other' })).toEqual(['MONGODB_URI']);
    expect(variablesRefused({ MONGODB_URI: 'sqlite:./w.db' })).toEqual(['MONGODB_URI']);
  });

  it.each([
    'AMQ_URL',
    'JWT_JWKS_URI',
    'SCHEDULER_ENABLED',
    'SCHEDULER_CONFIG_PATH',
    'CONFIG_PATH',
    'CIRCUIT_BREAKER_ENABLED',
  ])('refuses %s, which this version cannot obey', (variable) => {
    expect(variablesRefused({ [variable]: 'x' })).toEqual([variable]);
  });

  it('listens beyond loopback only for callers with tokens of their own', () => {
    expect(variablesRefused({ HOST: '0.0.0.0' })).toEqual(['HOST']);
    expect(variablesRefused({ HOST: '127.0.0.1.example.org' })).toEqual(['HOST']);
    expect(variablesRefused({ HOST: '0.0.0.0', JWT_SECRET: 's' })).toEqual([]);
    expect(variablesRefused({ HOST: 'localhost' })).toEqual([]);
  });

  it('refuses rules for tokens that nothing checks', () => {
    expect(variablesRefused({ JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' })).toEqual(['JWT_ISSUER', 'JWT_AUDIENCE']);
  });
});
