import { DataTooLargeError, decode } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { DataWriter } from './data-writer.js';

const LONG = 'x'.repeat(5_000);

describe('DataWriter', () => {
  it('writes nothing when nothing changed, and the whole of small data when something did', () => {
    const data = { n: 1 };
    const writer = new DataWriter(1_000_000);
    writer.reset(data);
    expect(writer.difference(data).text).toBe('');
    data.n = 2;
    expect(writer.difference(data).text).toBe(',"d":{"n":2}');
  });

  it('forgets a difference that was not accepted', () => {
    const data = { n: 1 };
    const writer = new DataWriter(1_000_000);
    writer.reset(data);
    data.n = 2;
    writer.difference(data);
    expect(writer.difference(data).text).not.toBe('');
    writer.difference(data).accept();
    expect(writer.difference(data).text).toBe('');
  });

  it('writes only the changed and removed keys of large data', () => {
    const data: Record<string, unknown> = { big: LONG, n: 1, gone: true };
    const writer = new DataWriter(1_000_000);
    writer.reset(data);
    data['n'] = 2;
    delete data['gone'];
    expect(writer.difference(data).text).toBe(',"k":{"n":2},"r":["gone"]');
  });

  it('keeps two keys of large data from sharing an object', () => {
    const shared = { n: 1 };
    const data: Record<string, { n: number } | string> = { big: LONG, a: shared };
    const writer = new DataWriter(1_000_000);
    writer.reset(data);
    data['b'] = shared;
    writer.difference(data).accept();
    shared.n = 9;
    expect(data['b']).toEqual({ n: 1 });
  });

  it('gives back what was last durable', () => {
    const data: Record<string, unknown> = { big: LONG, n: 1 };
    const writer = new DataWriter(1_000_000);
    writer.reset(data);
    data['n'] = () => 1;
    expect(() => writer.difference(data)).toThrow('data.n: a function');
    expect(writer.lastDurable()).toEqual({ big: LONG, n: 1 });
  });

  it.each([
    ['small', ''],
    ['large', LONG],
  ])('knows %s data as it was accepted, whatever becomes of it meanwhile', (_name, big) => {
    const data: Record<string, unknown> = { big, n: 1, when: new Date(5), none: undefined };
    const writer = new DataWriter(1_000_000);
    writer.reset({});
    const { accept } = writer.difference(data);
    data['n'] = () => 1;
    accept();

    expect(decode(writer.text)).toEqual({ big, n: 1, when: new Date(5), none: undefined });
    data['n'] = 2;
    expect(writer.difference(data).text).toContain('"n":2');
  });

  it.each([
    ['small', { n: 'x'.repeat(200) }],
    ['large', { big: LONG }],
  ])('refuses %s data that grew over the limit', (_name, start) => {
    const data: Record<string, unknown> = { ...start };
    const writer = new DataWriter(JSON.stringify(data).length + 100);
    writer.reset(data);
    data['more'] = 'y'.repeat(200);
    expect(() => writer.difference(data)).toThrow(DataTooLargeError);
  });
});
