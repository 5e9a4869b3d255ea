import { describe, expect, it } from 'vitest';
import { readLastEventId } from './last-event-id.js';
import { resolveStreamOptions, STREAM_DEFAULTS } from './stream-options.js';

describe('Options of streams', () => {
  it('are the default ones where nothing is said', () => {
    expect(resolveStreamOptions()).toEqual(STREAM_DEFAULTS);
    expect(resolveStreamOptions({ maxOpen: 5, stallMs: undefined })).toEqual({
      ...STREAM_DEFAULTS,
      maxOpen: 5,
    });
  });

  it.each([{ maxOpen: 0 }, { heartbeatMs: 1.5 }, { stallMs: 2 ** 31 }, { maxAgeMs: '1h' }, { maxopen: 5 }])(
    'name the culprit: %o',
    (given) => {
      expect(() => resolveStreamOptions(given as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS', path: `streams.${Object.keys(given)[0]}` }),
      );
    },
  );
});

describe('Last-Event-ID', () => {
  it('is a place, or nothing', () => {
    expect(readLastEventId('0')).toBe(0);
    expect(readLastEventId('1234')).toBe(1234);
    expect(readLastEventId('')).toBeUndefined();
    expect(readLastEventId(undefined)).toBeUndefined();
  });

  it.each(['x', '-1', '1.5', '1, 2', ' 1', '1e3', '9'.repeat(16)])('is refused as %j', (header) => {
    expect(() => readLastEventId(header)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  });
});
