import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressesOf } from './module-addresses.js';

let folder: string;
const at = (...names: string[]) => names.map((name) => pathToFileURL(join(folder, name)).href);
const found = (name: string) => addressesOf(join(folder, name));

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'workflow-modules-')));
  for (const sub of ['project/lib', 'plain']) mkdirSync(join(folder, sub), { recursive: true });
  writeFileSync(join(folder, 'project/package.json'), '{"main":"lib/main.js"}');
  const files = [
    'b.js',
    'a.js',
    'a.js.map',
    'a.d.ts',
    'axjs',
    '.hidden.js',
    'project/lib/main.js',
    'plain/index.js',
  ];
  for (const file of files) writeFileSync(join(folder, file), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('addressesOf', () => {
  it('takes a file as it is named, also one that is not there', () => {
    expect(found('a.js')).toEqual(at('a.js'));
    expect(found('missing.js')).toEqual(at('missing.js'));
  });

  it('takes the main file of a folder, or else its index', () => {
    expect(found('project')).toEqual(at('project/lib/main.js'));
    expect(found('plain')).toEqual(at('plain/index.js'));
  });

  it('takes every file that fits a pattern, by name, and none that is hidden', () => {
    expect(found('*.js')).toEqual(at('a.js', 'b.js'));
    expect(found('a*')).toEqual(at('a.d.ts', 'a.js', 'a.js.map', 'axjs'));
  });

  it('refuses a pattern that nothing fits', () => {
    expect(() => found('*.cjs')).toThrow('no file fits');
    expect(() => found('missing/*.js')).toThrow('no file fits');
  });

  it('takes what has no dot in front for a package', () => {
    const [address = ''] = addressesOf('rxjs');
    expect(address).toMatch(/^file:.*\/node_modules\/rxjs\//);
    expect(addressesOf('no-such-package')).toEqual(['no-such-package']);
  });
});
