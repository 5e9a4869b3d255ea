/**
 * The benchmark: `npm run bench` runs everything three times and prints tables; `npm run bench -- w2 w3` some of it;
 * `--runs=5`, `--write` (into RESULTS.md). One engine, one workload, one fresh folder and process per run; engines
 * take turns, so that a change in the machine's speed hits all of them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { limits } from './limits.mjs';
import { inFolder, oneRun } from './one-run.mjs';
import { figure, median, table } from './report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const ENGINES = {
  w1: ['ours', 'workflow-es'],
  w2: ['ours', 'workflow-es'],
  w3: ['ours', 'workflow-es'],
  n2: ['ours', 'singleton', 'request'],
  w4: ['ours', 'workflow-es'],
  w5: ['ours', 'workflow-es'],
  w6: ['ours', 'workflow-es'],
  w7: ['ours'],
  w8: ['ours', 'workflow-es'],
  r1: ['ours'],
  g1: ['ours'],
  o1: ['ours'],
  c1: ['ours'],
};
const MARK = '<!-- figures -->';
const args = process.argv.slice(2);
const chosen = args.filter((arg) => !arg.startsWith('--'));
const runs = Number(args.find((arg) => arg.startsWith('--runs='))?.slice(7) ?? 3);
const unknown = chosen.filter((name) => !(name in ENGINES));
if (unknown.length > 0)
  throw new Error(`No such workload: ${unknown.join(', ')}. There are: ${Object.keys(ENGINES).join(', ')}.`);
const workloads = Object.keys(ENGINES).filter((name) => chosen.length === 0 || chosen.includes(name));

const output = [
  `Node ${process.version}, ${cpus().length} cores (${cpus()[0].model.trim()}), ${runs} runs, median (range).\n`,
];
output.push(await measureLimits());
for (const name of workloads) output.push(await measure(name));
const text = output.join('\n');
process.stdout.write(`${text}\n`);
if (args.includes('--write')) writeResults(text);

async function measureLimits() {
  const results = [];
  for (let run = 0; run < runs; run += 1) results.push(await inFolder((directory) => limits(directory)));
  const rows = Object.keys(results[0]).map((key) => [key, [figure(results.map((result) => result[key]))]]);
  return table('limits of the machine', rows, ['figure']);
}

/** Everything behind the mark in RESULTS.md is replaced. */
function writeResults(figures) {
  const path = join(here, 'RESULTS.md');
  const [before] = readFileSync(path, 'utf8').split(MARK);
  writeFileSync(path, `${before}${MARK}\n\n${figures}`);
}

async function measure(name) {
  const { title } = await import(`./workloads/${name}.mjs`);
  const results = new Map(ENGINES[name].map((engine) => [engine, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const engine of ENGINES[name]) {
      process.stderr.write(`${name} ${engine} ${run + 1}/${runs} (load ${loadavg()[0].toFixed(1)})\n`);
      results.get(engine).push(await oneRun(here, name, engine));
    }
  }
  const engines = [...results.keys()];
  const [first, ...others] = engines;
  const figures = Object.keys(results.get(first)[0]);
  const rows = figures.map((key) => {
    const cells = engines.map((engine) => figure(results.get(engine).map((result) => result[key])));
    const middle = (engine) => median(results.get(engine).map((result) => result[key]));
    return [key, [...cells, ...others.map((other) => (middle(first) / middle(other)).toFixed(3))]];
  });
  const ratios = others.length === 1 ? ['ratio'] : others.map((other) => `${first} / ${other}`);
  return table(title, rows, [...engines, ...ratios]);
}
