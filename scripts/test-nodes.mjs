// npm run test:nodes   Runs the suites that touch the runtime on other versions of Node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { pathOf, root } from './paths.mjs';

const MAJORS = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26'];
const SUITES = ['unit', 'contract', 'compat', 'crash'];
const CLOSING_LINE = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m;

function main() {
  if (!ensureInstalled() || !ensureBuilt()) return [{ version: 'none', passed: 0, failed: 1, skipped: 0 }];
  return MAJORS.map(testOn);
}

function testOn(major) {
  const node = nodeBinary(major);
  if (!node) return { version: `${major} (could not be installed)`, passed: 0, failed: 1, skipped: 0 };
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`\n#### Node ${version}`);
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const result = spawnSync(node, ['scripts/test.mjs', ...SUITES], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  process.stdout.write(result.stdout);
  const [, passed = 0, failed = 1, skipped = 0] = CLOSING_LINE.exec(result.stdout)?.map(Number) ?? [];
  return { version, passed, failed: failed || (result.status === 0 ? 0 : 1), skipped };
}

/** Path of Node in this major version, taken from the npm package that carries the binary. */
function nodeBinary(major) {
  const folder = pathOf(`node_modules/.cache/nodes/${major}/`);
  const binary = `${folder}node_modules/${packageName()}/bin/node${process.platform === 'win32' ? '.exe' : ''}`;
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    console.log(`Installing ${packageName()}@${major} ...`);
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const args = ['install', '--prefix', folder, '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    spawnSync(npm, [...args, `${packageName()}@${major}`], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
  }
  return existsSync(binary) ? binary : undefined;
}

function packageName() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const isAppleSilicon = platform === 'darwin' && process.arch === 'arm64';
  return `node-${isAppleSilicon ? 'bin-' : ''}${platform}-${process.arch}`;
}

const results = main();
console.log('');
for (const { version, passed, failed, skipped } of results) {
  console.log(`Node ${version.padEnd(10)} ${passed} passed, ${failed} failed, ${skipped} skipped`);
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
