// npm test [-- suite ...]   Runs the suites one after another; the last line counts all of them.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { pathOf, root } from './paths.mjs';

/** Suites in the order they run: the cheap ones that find most come first. */
const CHECKS = {
  types: () => ensureBuilt({ force: true }) && bin('typescript/bin/tsc', '-p', 'tsconfig.test.json'),
  lint: () => bin('eslint/bin/eslint.js', '--max-warnings=0', '.'),
  format: () =>
    bin(
      'prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-strategy=content',
      '.',
    ),
  docs: () => bin('typedoc/bin/typedoc', '--emit', 'none'),
};
const VITEST_SUITES = [
  'unit',
  'architecture',
  'examples',
  'contract',
  'e2e',
  'crash',
  'mongo',
  'compat',
  'sim',
  'packed',
];

/** Suites whose child processes run what is built; the others run from the sources. */
const NEED_BUILD = ['e2e', 'crash', 'mongo', 'compat', 'sim', 'packed'];

const REPORTS = 'test-output';

const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const all = [...Object.keys(CHECKS), ...VITEST_SUITES];

/** Runs what was asked for and returns true when every suite is as it should be. */
function main() {
  const unknown = wanted.filter((suite) => !all.includes(suite));
  if (unknown.length > 0) return fail(`No such suite: ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  if (options.includes('--soak')) process.env.SOAK = 'true';
  if (!ensureInstalled()) return fail('The dependencies could not be installed; no test was run.');

  const suites = all.filter((suite) => wanted.length === 0 || wanted.includes(suite));
  const needsBuild = !suites.includes('types') && suites.some((suite) => NEED_BUILD.includes(suite));
  if (needsBuild && !ensureBuilt()) return fail('The build failed; no test was run.');
  const results = suites.map(run);
  report(results);
  return results.every((result) => result.failed === 0);
}

function run(suite) {
  console.log(`\n== ${suite}`);
  const startedAt = performance.now();
  const note = pathOf(`${REPORTS}/${suite}.servers.json`);
  rmSync(note, { force: true });
  const counts = CHECKS[suite] ? check(suite) : vitest(suite);
  const servers = existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : null;
  // An empty suite is no success, unless it lacks a server that this machine does not have.
  if (counts.passed + counts.failed === 0 && !servers?.lacks) {
    console.error(`Suite ${suite} was expected to run at least one test and ran none.`);
    counts.failed = 1;
  }
  return { suite, ...counts, servers, ms: Math.round(performance.now() - startedAt) };
}

function check(suite) {
  const ok = CHECKS[suite]();
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

function vitest(suite) {
  const file = `${REPORTS}/${suite}.json`;
  mkdirSync(pathOf(REPORTS), { recursive: true });
  rmSync(pathOf(file), { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const ok = bin('vitest/vitest.mjs', 'run', '--project', suite, ...reporters);
  if (!existsSync(pathOf(file))) return { passed: 0, failed: ok ? 0 : 1, skipped: 0 };
  const json = JSON.parse(readFileSync(pathOf(file), 'utf8'));
  const counts = {
    passed: json.numPassedTests,
    failed: json.numFailedTests,
    skipped: json.numPendingTests + json.numTodoTests,
  };
  // A file that cannot be loaded, or an error outside of a test, fails the run without a failed test.
  if (!ok && counts.failed === 0) counts.failed = Math.max(1, json.numFailedTestSuites);
  return counts;
}

function bin(script, ...args) {
  const result = spawnSync(process.execPath, [pathOf(`node_modules/${script}`), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.error) console.error(result.error.message);
  return result.status === 0;
}

function report(results) {
  console.log('');
  for (const { suite, passed, failed, skipped, ms } of results) {
    const verdict = failed > 0 ? 'FAILED' : passed > 0 ? 'ok' : skipped > 0 ? 'skipped' : 'empty';
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    console.log(
      `${suite.padEnd(13)} ${verdict.padEnd(8)} ${(ms / 1000).toFixed(1).padStart(6)} s   ${counts}`,
    );
  }
  const withServers = results.filter(({ servers }) => servers);
  if (withServers.length > 0) console.log('');
  for (const { suite, servers } of withServers) console.log(`${suite.padEnd(13)} ${servers.line}`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
}

function fail(message) {
  console.error(message);
  console.log('\n0 passed, 1 failed, 0 skipped');
  return false;
}

process.exitCode = main() ? 0 : 1;
