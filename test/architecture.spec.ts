import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isSpec, lineCount, MAX_LINES, violations, type SourceFile } from './architecture/rules.js';

const root = new URL('../', import.meta.url);
const files = ['libs', 'src', 'examples'].flatMap(sourcesIn);

describe('the rooms', () => {
  it('import only whom they may', () => {
    expect(files.length).toBeGreaterThan(5);
    expect(violations(files, declaredPackages())).toEqual([]);
  });

  it(`have no file above ${MAX_LINES} lines`, () => {
    const sizes = files.filter(({ path }) => !isSpec(path)).map(({ text }) => lineCount(text));
    sizes.sort((a, b) => a - b);
    console.log(`${sizes.length} files, median ${sizes[sizes.length >> 1]} lines, longest ${sizes.at(-1)}`);
    expect(sizes.at(-1)).toBeLessThanOrEqual(MAX_LINES);
  });
});

describe('the rules', () => {
  const of = (path: string, text: string) => violations([{ path, text }]);

  const forbidden: [what: string, path: string, text: string][] = [
    ['contract to engine', 'libs/contract/src/a.ts', `import { a } from '@workflow-runner/engine';`],
    ['engine to store', 'libs/engine/src/a.ts', `export * from '@workflow-runner/store/sqlite';`],
    ['store to runner', 'libs/store/src/a.ts', `const a = await import('@workflow-runner/runner');`],
    ['runner to gateway', 'libs/runner/src/a.ts', `import type { A } from '@workflow-runner/gateway/rest';`],
    ['gateway to engine', 'libs/gateway/src/rest/a.ts', `const a = require('@workflow-runner/engine');`],
    ['gateway to engine in a type', 'libs/gateway/src/a.ts', `type A = import('@workflow-runner/engine').A;`],
    ['testing in a room', 'libs/engine/src/a.ts', `import '@workflow-runner/testing';`],
    ['testing in the server', 'src/main.ts', `import '@workflow-runner/testing';`],
    ['the gateway in the test kit', 'libs/testing/src/kit/a.ts', `import '@workflow-runner/gateway/rest';`],
    ['src from a room', 'libs/gateway/src/rest/a.ts', `import { S } from '../../../../src/settings.js';`],
    ['src from an example', 'examples/a.ts', `import { S } from '../src/settings.js';`],
    ['another room by path', 'libs/runner/src/a.ts', `export { b } from '../../contract/src/b.js';`],
    ['its own index', 'libs/engine/src/host/a.ts', `import { b } from '../index.js';`],
    ['its own index by folder', 'libs/engine/src/host/a.ts', `import { b } from '..';`],
    ['its own index by name', 'libs/engine/src/a.ts', `import { b } from '@workflow-runner/engine';`],
    ['an unknown room', 'libs/attic/src/a.ts', ``],
    ['workflow-es in runner', 'libs/runner/src/a.ts', `import { WorkflowBase } from 'workflow-es';`],
    ['workflow-es by a deep import', 'src/a.ts', `import 'workflow-es/build/src/primitives/index.js';`],
    ['SQLite in memory', 'libs/store/src/memory/a.ts', `import { a } from '@photostructure/sqlite';`],
    ['SQLite of Node in engine', 'libs/engine/src/a.ts', `const s = require.resolve('node:sqlite');`],
    ['one store in another', 'libs/store/src/memory/a.ts', `import { a } from '../sqlite/a.js';`],
    ['a driver at once', 'libs/runner/src/a.ts', `import { a } from '@workflow-runner/store/sqlite';`],
    ['passport in lifecycle', 'libs/runner/src/lifecycle/a.ts', `import '@nestjs/passport';`],
    ['Nest in engine', 'libs/engine/src/a.ts', `import { Module } from '@nestjs/common';`],
    ['Fastify in gateway', 'libs/gateway/src/rest/a.ts', `import type { A } from 'fastify';`],
    ['I/O in contract', 'libs/contract/src/a.ts', `import { readFileSync } from 'node:fs';`],
    ['I/O in contract, old name', 'libs/contract/src/a.ts', `import a = require('fs/promises');`],
    ['the environment in a room', 'libs/runner/src/a.ts', `const a = process.env.A;`],
    ['the environment in the server', 'src/main.ts', `const a = process.env['A'];`],
    ['signals in a room', 'libs/engine/src/a.ts', `process.once('SIGINT', stop);`],
    ['a long file', 'libs/engine/src/a.ts', '\n'.repeat(MAX_LINES + 1)],
  ];
  it.each(forbidden)('refuse %s', (_what, path, text) => {
    expect(of(path, text)).toHaveLength(1);
  });

  const allowed: [what: string, path: string, text: string][] = [
    ['contract anywhere', 'libs/store/src/sqlite/a.ts', `import { A } from '@workflow-runner/contract';`],
    [
      'the drivers lazily',
      'libs/runner/src/a.ts',
      `const a = await import('@workflow-runner/store/sqlite');`,
    ],
    ['a type of a driver', 'libs/runner/src/a.ts', `import type { A } from '@workflow-runner/store/sqlite';`],
    ['SQLite at home', 'libs/store/src/sqlite/a.ts', `import { a } from '@photostructure/sqlite';`],
    ['passport in security', 'libs/runner/src/security/a.ts', `import { Strategy } from 'passport-jwt';`],
    [
      'the runner in the test kit',
      'libs/testing/src/kit/a.ts',
      `import { A } from '@workflow-runner/runner';`,
    ],
    ['neighbours', 'libs/engine/src/host/a.ts', `import { b } from '../time/b.js';`],
    [
      'anything in a spec',
      'libs/engine/src/a.spec.ts',
      `import '@workflow-runner/testing'; import './index.js';`,
    ],
    ['words in comments', 'libs/engine/src/a.ts', `// import 'pg'\nconst s = "import 'pg'";`],
    ['the environment in settings', 'src/settings.ts', `const a = process.env['A'];`],
    ['a file as long as may be', 'libs/engine/src/a.ts', '\n'.repeat(MAX_LINES)],
  ];
  it.each(allowed)('allow %s', (_what, path, text) => {
    expect(of(path, text)).toEqual([]);
  });

  it('refuse a package that the room does not declare', () => {
    const file = { path: 'libs/engine/src/a.ts', text: `import 'left-pad/deep.js';\nimport 'node:util';` };
    expect(violations([file], { engine: ['left-pad'] })).toEqual([]);
    expect(violations([file], { engine: [] })).toHaveLength(1);
  });
});

function sourcesIn(folder: string): SourceFile[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/(^|\/)(dist|node_modules)\//.test(path))
    .map((path) => ({ path, text: readFileSync(fileURLToPath(new URL(path, root)), 'utf8') }));
}

/** What each library declares; the server and the examples see what the root declares. */
function declaredPackages(): Record<string, string[]> {
  const read = (folder: string) => {
    const text = readFileSync(new URL(`${folder}package.json`, root), 'utf8');
    const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
    return ['dependencies', 'peerDependencies'].flatMap((key) => Object.keys(manifest[key] ?? {}));
  };
  const rooms = readdirSync(new URL('libs', root)).map((room) => [room, read(`libs/${room}/`)]);
  return Object.fromEntries([...rooms, ['src', read('')], ['examples', read('')]]) as Record<
    string,
    string[]
  >;
}
