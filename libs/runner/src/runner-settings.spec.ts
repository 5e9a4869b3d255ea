import { describe, expect, it } from 'vitest';
import { LogBook } from '../../../test/runner/lab.js';
import { resolveProps } from './runner-settings.js';

function resolve(props: object) {
  return resolveProps(props);
}

function refusal(props: object): { path: string; message: string } {
  try {
    resolve(props);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    return error as { path: string; message: string };
  }
  throw new Error('The props were accepted');
}

describe('The props of a runner', () => {
  it('may be left out altogether', () => {
    const { store, workflows, stepTimeoutMs } = resolve({});
    expect(store).toEqual({ kind: 'sqlite', path: './data/workflows.db' });
    expect(workflows).toEqual([]);
    expect(stepTimeoutMs).toBeUndefined();
  });

  it.each([
    [{ workflow: [] }, 'workflow'],
    [{ workflows: {} }, 'workflows'],
    [{ debug: 'yes' }, 'debug'],
    [{ nodeId: '' }, 'nodeId'],
    [{ logger: console.log }, 'logger'],
    [{ clock: {} }, 'clock'],
    [{ persistence: { connection: 'memory:' } }, 'persistence.connection'],
    [{ persistence: { synchronous: 'off' } }, 'persistence.synchronous'],
    [{ persistence: { codec: { encode: (text: string) => text } } }, 'persistence.codec'],
    [{ persistence: { codec: { encode: String, decode: String, digest: 'sha' } } }, 'persistence.codec'],
    [{ persistence: { options: { poolSize: 5 } } }, 'persistence.options.poolSize'],
    [{ persistence: { connectionString: 'memory:', synchronous: 'full' } }, 'persistence.synchronous'],
    [{ components: { errorhandler: {} } }, 'components.errorhandler'],
    [{ components: { errorHandler: { maxRetries: -1 } } }, 'components.errorHandler.maxRetries'],
    [{ components: { errorHandler: { maxRetries: NaN } } }, 'components.errorHandler.maxRetries'],
    [
      { components: { errorHandler: { retry: { baseDelay: '5' } } } },
      'components.errorHandler.retry.baseDelay',
    ],
    [{ components: { errorHandler: { timeout: { step: 0 } } } }, 'components.errorHandler.timeout.step'],
    [{ components: { security: { audit: 'no' } } }, 'components.security.audit'],
    [{ components: { lifecycle: { leaseMs: 5 } } }, 'components.lifecycle.leaseMs'],
    [{ components: { lifecycle: { maxCrashes: 0 } } }, 'components.lifecycle.maxCrashes'],
    [{ components: { lifecycle: { limits: { bytes: 1 } } } }, 'components.lifecycle.limits.bytes'],
    [
      { components: { lifecycle: { limits: { signalBytes: 1_023 } } } },
      'components.lifecycle.limits.signalBytes',
    ],
    [
      { components: { lifecycle: { retention: { failed: 'long' } } } },
      'components.lifecycle.retention.failed',
    ],
  ])('%j are refused by the path %s', (props, path) => {
    expect(refusal(props).path).toBe(path);
  });

  it.each([
    [{ components: { scheduler: { enabled: true } } }, 'components.scheduler'],
    [{ components: { configuration: {} } }, 'components.configuration'],
    [
      { components: { errorHandler: { circuitBreakerEnabled: true } } },
      'components.errorHandler.circuitBreakerEnabled',
    ],
    [
      { components: { errorHandler: { timeout: { progressive: true } } } },
      'components.errorHandler.timeout.progressive',
    ],
    [
      { components: { lifecycle: { maxWorkflowDuration: '1d' } } },
      'components.lifecycle.maxWorkflowDuration',
    ],
    [{ persistence: { provider: {} } }, 'persistence.provider'],
  ])('%j is not available yet and says so', (props, path) => {
    const { message } = refusal(props);
    expect(message).toBe(`${path}: is not available in this version`);
  });

  it('may hold names whose value is undefined', () => {
    expect(() =>
      resolve({ components: { scheduler: undefined }, store: undefined, nodeId: undefined }),
    ).not.toThrow();
  });

  it('count retries after the first attempt, and that wins over the attempts in all', () => {
    const of = (errorHandler: object) => resolve({ components: { errorHandler } }).retry.maxAttempts;
    expect(of({ maxRetries: 0 })).toBe(1);
    expect(of({ maxRetries: 3, retry: { maxAttempts: 9 } })).toBe(4);
    expect(of({ retry: { maxAttempts: 9 } })).toBe(9);
    expect(of({})).toBeUndefined();
  });

  it('carry lengths of time in either form to where they have an effect', () => {
    const { host, retry, stepTimeoutMs } = resolve({
      components: {
        errorHandler: { retry: { baseDelay: '1s', maxDelay: 5_000 }, timeout: { step: '2m' } },
        lifecycle: {
          leaseMs: '20s',
          drainMs: 0,
          maxCrashes: Infinity,
          limits: { signalBytes: 2_048 },
          retention: { failed: '1d', events: 5 },
        },
      },
    });
    expect(retry).toMatchObject({ baseDelay: 1_000, maxDelay: 5_000 });
    expect(stepTimeoutMs).toBe(120_000);
    expect(host).toMatchObject({ leaseMs: 20_000, drainMs: 0, maxCrashes: Infinity });
    expect(host.limits).toMatchObject({ signalBytes: 2_048, eventBytes: 1024 * 1024 });
    expect(host.retention).toMatchObject({ instances: { failed: 86_400_000 }, events: 5 });
    expect(host.retention?.instances.completed).toBe(7 * 86_400_000);
  });

  it('keep everything for ever, and let steps run without limit, with null', () => {
    const { host, stepTimeoutMs } = resolve({
      components: { errorHandler: { timeout: { step: null } }, lifecycle: { retention: null } },
    });
    expect(host.retention).toBeNull();
    expect(stepTimeoutMs).toBeNull();
  });

  it('give the options of SQLite to its driver', () => {
    const persistence = {
      connectionString: 'sqlite:./a.db',
      synchronous: 'normal',
      options: { driver: 'builtin', openTimeoutMs: '1s' },
    };
    const { store } = resolve({ persistence });
    expect(store).toEqual({
      kind: 'sqlite',
      path: './a.db',
      synchronous: 'normal',
      driver: 'builtin',
      openTimeoutMs: 1_000,
    });
  });

  it('drop the options of a MongoDB driver of old with a line for those who debug', () => {
    const logger = new LogBook();
    const options = { useNewUrlParser: true, useUnifiedTopology: true };
    resolve({ logger, debug: true, persistence: { connectionString: 'sqlite:./a.db', options } });
    expect(logger.lines.map(({ level, fields }) => [level, fields['option']])).toEqual([
      ['debug', 'persistence.options.useNewUrlParser'],
      ['debug', 'persistence.options.useUnifiedTopology'],
    ]);
  });

  it('let debug lines through only with debug', () => {
    for (const debug of [true, false]) {
      const logger = new LogBook();
      const settings = resolve({ logger, debug });
      settings.logger.debug('small');
      settings.logger.info('large');
      settings.logger.warn('larger');
      settings.logger.error('largest');
      expect(logger.lines.map(({ message }) => message)).toEqual([
        ...(debug ? ['small'] : []),
        'large',
        'larger',
        'largest',
      ]);
    }
  });

  it('take a store or a place for one, not both', () => {
    const store = { open: () => 0, commit: () => 0, close: () => 0 };
    expect(resolve({ store }).store).toBe(store);
    const persistence = { connectionString: 'memory:' };
    expect(refusal({ store, persistence }).path).toBe('persistence.connectionString');
  });

  it('take a codec for either', () => {
    const store = { open: () => 0, commit: () => 0, close: () => 0 };
    const codec = { encode: (text: string) => text, decode: (text: string) => text };
    expect(resolve({ persistence: { codec } })).toMatchObject({ codec, store: { kind: 'sqlite' } });
    expect(resolve({ store, persistence: { codec } })).toMatchObject({ codec, store });
    expect(resolve({}).codec).toBeNull();
  });
});
