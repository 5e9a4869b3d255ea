/**
 * Where a step's time goes: `node test/bench/profile.mjs [w2]` runs one workload under the CPU profiler and adds up
 * the samples by room. SQLite's own time (prepared statements, fsync) shows at the store's functions that call it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from './report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const workload = process.argv[2] ?? 'w2';
const directory = mkdtempSync(join(tmpdir(), 'workflow-runner-profile-'));
const script = [join(here, 'worker.mjs'), 'ours', workload, directory];
execFileSync(process.execPath, ['--expose-gc', '--cpu-prof', `--cpu-prof-dir=${directory}`, ...script], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const [file] = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
const profile = JSON.parse(readFileSync(join(directory, file), 'utf8'));
rmSync(directory, { recursive: true, force: true });

const byId = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
const rooms = new Map();
const functions = new Map();
profile.samples.forEach((id, index) => {
  const frame = byId.get(id);
  if (frame.functionName === '(idle)') return;
  add(rooms, roomOf(frame), profile.timeDeltas[index]);
  add(functions, `${frame.functionName || '(anonymous)'} in ${roomOf(frame)}`, profile.timeDeltas[index]);
});
process.stdout.write(`${table('room', share(rooms, 12), ['share of busy time'])}\n`);
process.stdout.write(`${table('function', share(functions, 12), ['share of busy time'])}\n`);

function roomOf({ url, functionName }) {
  const lib = /\/libs\/(\w+)\/dist\/(?:(\w+)\/)?/.exec(url);
  if (lib) return lib[1] === 'contract' ? 'contract (codec)' : `${lib[1]}${lib[2] ? `/${lib[2]}` : ''}`;
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (url.includes('/test/bench/')) return 'the benchmark itself';
  return url.includes('node_modules') ? 'libraries' : 'Node.js';
}

function add(sums, key, micros) {
  sums.set(key, (sums.get(key) ?? 0) + micros);
}

function share(sums, most) {
  const total = [...sums.values()].reduce((sum, micros) => sum + micros, 0);
  const sorted = [...sums].sort((a, b) => b[1] - a[1]).slice(0, most);
  return sorted.map(([key, micros]) => [key, [`${((micros / total) * 100).toFixed(1)} %`]]);
}
