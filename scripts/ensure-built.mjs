// Compiles libs/, examples/ and src/ when a source changed since the last successful build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isMainModule, pathOf, root } from './paths.mjs';

const STAMP = pathOf('dist/.built');
const TSC = pathOf('node_modules/typescript/bin/tsc');
const ROOMS = readdirSync(pathOf('libs'));
const PROJECTS = [
  { src: 'src', out: 'dist' },
  { src: 'examples', out: 'dist/examples' },
  ...ROOMS.map((room) => ({ src: `libs/${room}/src`, out: `libs/${room}/dist` })),
];
const CONFIGS = [
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.server.json',
  'examples/tsconfig.json',
  ...ROOMS.flatMap((room) => [`libs/${room}/package.json`, `libs/${room}/tsconfig.json`]),
];

/** Builds if it has to (always when `force`). Returns false when the compiler found errors. */
export function ensureBuilt({ force = false } = {}) {
  const hash = hashSources();
  if (!force && isBuilt(hash)) {
    console.log('Build is up to date.');
    return true;
  }
  console.log('Building (tsc -b) ...');
  removeOrphans();
  rmSync(STAMP, { force: true });
  const result = spawnSync(process.execPath, [TSC, '-b'], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) return false;
  mkdirSync(pathOf('dist'), { recursive: true });
  writeFileSync(STAMP, hash);
  return true;
}

function isBuilt(hash) {
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== hash) return false;
  return PROJECTS.every(({ out }) => existsSync(pathOf(`${out}/.tsbuildinfo`)));
}

function hashSources() {
  const hash = createHash('sha256');
  for (const file of [...CONFIGS, ...PROJECTS.flatMap(({ src }) => sourcesIn(src))]) {
    hash.update(file).update(readFileSync(pathOf(file)));
  }
  return hash.digest('hex');
}

const sourcesIn = (folder) => filesIn(folder).filter((f) => /\.tsx?$/.test(f) && !/\.spec\.tsx?$/.test(f));

/** Deletes compiled files whose source is gone: tsc leaves them, and folders are scanned at run time. */
function removeOrphans() {
  for (const { src, out } of PROJECTS) {
    for (const file of filesIn(out)) {
      if (out === 'dist' && file.startsWith('dist/examples/')) continue;
      const stem = /^(.*?)\.(js|d\.ts)(\.map)?$/.exec(file.slice(out.length + 1))?.[1];
      if (stem && !existsSync(pathOf(`${src}/${stem}.ts`))) rmSync(pathOf(file));
    }
  }
}

function filesIn(folder) {
  if (!existsSync(pathOf(folder))) return [];
  return readdirSync(pathOf(folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.replaceAll('\\', '/'))
    .map((path) => path.slice(pathOf('').length))
    .sort();
}

if (isMainModule(import.meta.url)) process.exitCode = ensureBuilt() ? 0 : 1;
