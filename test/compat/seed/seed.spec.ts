import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PackedApp } from '../../packed/packed-app.js';

const FOLDER = import.meta.dirname;

/** Samples that need a part which is still to be built; each is added to `samples/` with it. */
const TO_COME: Readonly<Record<string, string>> = {
  '04': 'the scheduler',
  '05': 'AMQ',
  '08': 'the error handler',
  '09': 'the error handler',
  '11': 'the scheduler',
  '12': 'the security manager',
  '13': 'AMQ',
  '14': 'the managers',
  '15': 'MongoDB and the scheduler',
};

const documented = new Map(
  [
    ...readFileSync(join(FOLDER, 'samples.md'), 'utf8').matchAll(/^## (\d\d) .*\n\n```ts\n([^]*?)\n```/gm),
  ].map(([, number, code]) => [number!, code!] as const),
);
const written = readdirSync(join(FOLDER, 'samples'));
const numberOf = (file: string) => file.slice(0, 2);

describe('The samples of the document', () => {
  it('are all there, or named with what they wait for', () => {
    expect(documented.size).toBe(19);
    expect([...written.map(numberOf), ...Object.keys(TO_COME)].sort()).toEqual([...documented.keys()]);
  });

  it.each(written)('%s is word for word what the document says', (file) => {
    const code = readFileSync(join(FOLDER, 'samples', file), 'utf8');
    expect(code).toContain(documented.get(numberOf(file)));
  });
});

describe('The samples of the document, over the packed packages', () => {
  let app: PackedApp | null = null;
  afterAll(() => app?.remove());

  it('compile strictly and do what the document says', async () => {
    app = await PackedApp.create({
      type: 'module',
      dependencies: {
        '@nestjs/common': '^12.0.0',
        '@nestjs/core': '^12.0.0',
        '@types/node': '^20.19.0',
        'reflect-metadata': '^0.2.2',
        rxjs: '^7.8.2',
        typescript: '~6.0.3',
      },
      files: Object.fromEntries(
        ['samples', 'declarations.ts', 'check.ts'].map((name) => [`src/${name}`, join(FOLDER, name)]),
      ),
    });
    expect(await app.compile()).toBe('');
    expect(await app.run(process.execPath, ['dist/check.js'])).toContain('every sample ran');
  }, 180_000);
});
