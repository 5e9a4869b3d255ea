/**
 * This checkout beside another commit, in one run: `npm run bench:compare -- <commit> [w1 w2 …] [--runs=5]`. Both run the
 * workloads of this checkout and take turns, so that a change in the machine's speed hits both.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inFolder, oneRun } from './one-run.mjs';
import { comparison } from './report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const [commit, ...args] = process.argv.slice(2);
if (!commit || commit.startsWith('-'))
  throw new Error('Which commit? npm run bench:compare -- <commit> [w1 w2 …]');
const chosen = args.filter((arg) => !arg.startsWith('--'));
const workloads = chosen.length > 0 ? chosen : ['w1', 'w2', 'w3'];
const runs = Number(args.find((arg) => arg.startsWith('--runs='))?.slice(7) ?? 5);

await inFolder(async (folder) => {
  const other = join(folder, 'other');
  git('worktree', 'add', '--detach', other, commit);
  try {
    prepare(other);
    for (const name of workloads) process.stdout.write(`${await measure(name, join(other, 'test/bench'))}\n`);
  } finally {
    git('worktree', 'remove', '--force', other);
  }
});

/** Installed, built, and with the workloads of this checkout. */
function prepare(other) {
  cpSync(join(root, 'node_modules'), join(other, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  rmSync(join(other, 'test/bench'), { recursive: true, force: true });
  const isOurs = (path) => basename(path) !== 'node_modules';
  cpSync(here, join(other, 'test/bench'), { recursive: true, filter: isOurs });
  const lock = (folder) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (lock(other) !== lock(root)) run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], other);
  run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b'], other);
  run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b'], root);
}

async function measure(name, otherBench) {
  const { title } = await import(`./workloads/${name}.mjs`);
  const [before, now] = [[], []];
  for (let turn = 0; turn < runs; turn += 1) {
    process.stderr.write(`${name} ${turn + 1}/${runs} (load ${loadavg()[0].toFixed(1)})\n`);
    before.push(await oneRun(otherBench, name, 'ours'));
    now.push(await oneRun(here, name, 'ours'));
  }
  return comparison(title, [
    { engine: 'this checkout', runs: now },
    { engine: commit, runs: before },
  ]);
}

function git(...args_) {
  run('git', args_, root);
}

function run(command, args_, cwd) {
  execFileSync(command, args_, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
