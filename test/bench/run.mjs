/**
 * The benchmark: `npm run bench` runs everything three times and prints tables; `npm run bench -- w2 w3` some of it,
 * `--engines=ours,dbos` some of the engines, `--all` also what takes long; `--runs=5`; `--repeats=0` takes each run as it
 * comes, however busy the machine was; `--write` (into RESULTS.md). One engine, one workload, one fresh folder, process
 * and server per run; engines take turns, so that a change in the machine's speed hits all of them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { limits, whyNoPostgresLimits } from './limits.mjs';
import { inFolder, oneRun, quietly } from './one-run.mjs';
import { whyNot } from './peers.mjs';
import { readPlan } from './plan.mjs';
import { comparison, figure, notes, table } from './report.mjs';
import { serverVersions } from './servers/server-of.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const MARK = '<!-- figures -->';
const { rows, runs, repeats, write } = readPlan(process.argv.slice(2));

const machine = `${cpus().length} cores (${cpus()[0].model.trim()})`;
const versions = [`Node ${process.version}`, ...serverVersions()].join(', ');
const output = [`${versions}, ${machine}, ${runs} runs, median (range).\n`];
output.push(await measureLimits());
for (const row of rows) output.push(await measure(row));
const text = output.join('\n');
process.stdout.write(`${text}\n`);
if (write) writeResults(text);

async function measureLimits() {
  const found = [];
  for (let run = 0; run < runs; run += 1) found.push(await quietly(repeats, () => inFolder(limits)));
  const rows_ = Object.keys(found[0].figures).map((key) => [
    key,
    [figure(found.map(({ figures }) => figures[key]))],
  ]);
  const columns = [
    { engine: 'limits', runs: found },
    { engine: 'PostgreSQL', why: whyNoPostgresLimits() },
  ];
  return [table('limits of the machine', rows_, ['figure']), ...notes(columns)].join('\n');
}

async function measure({ name, engines, runs: count }) {
  const { title } = await import(`./workloads/${name}.mjs`);
  const columns = engines.map((engine) => ({ engine, runs: [], why: whyNot(engine) }));
  for (const { engine, why } of columns) if (why) process.stderr.write(`NO FIGURES of ${engine}: ${why}\n`);
  for (let run = 0; run < count; run += 1) {
    for (const column of columns.filter(({ why }) => !why)) {
      const { engine } = column;
      process.stderr.write(`${name} ${engine} ${run + 1}/${count} (load ${loadavg()[0].toFixed(1)})\n`);
      try {
        column.runs.push(await oneRun(here, name, engine, repeats));
      } catch (error) {
        process.stderr.write(`FAILED: ${name} of ${engine}: ${error.stack}\n`);
        process.exitCode = 1;
        column.why = `it failed (${error.message})`;
      }
    }
  }
  return comparison(
    title,
    columns.map((column) => (column.why ? { ...column, runs: null } : column)),
  );
}

/** Everything behind the mark in RESULTS.md is replaced. */
function writeResults(figures) {
  const path = join(here, 'RESULTS.md');
  const [before] = readFileSync(path, 'utf8').split(MARK);
  writeFileSync(path, `${before}${MARK}\n\n${figures}`);
}
