/** What there is to measure, and what of it was asked for. */
const PEERS = ['workflow-es', 'bullmq', 'pg-boss', 'dbos'];
const WITHOUT_PG_BOSS = PEERS.filter((engine) => engine !== 'pg-boss');

/** The first of a row's engines is the one that the others are compared with. */
const ENGINES = {
  w1: ['ours', ...PEERS],
  w2: ['ours', ...PEERS],
  w3: ['ours', ...PEERS],
  w3m: ['ours'],
  n2: ['ours', 'singleton', 'request'],
  w4: ['ours', ...WITHOUT_PG_BOSS],
  w5: ['ours', ...WITHOUT_PG_BOSS],
  w6: ['ours', ...PEERS],
  w7: ['ours', 'bullmq', 'dbos'],
  w8: ['ours', ...WITHOUT_PG_BOSS],
  r1: ['ours'],
  g1: ['ours'],
  g1m: ['ours'],
  o1: ['ours'],
  c1: ['ours'],
};

/** Long, or about one question only: measured when they are named, or with `--all`. */
const ON_REQUEST = ['w3m', 'g1m'];

/** So long that one run has to do. */
const ONE_RUN = ['g1m'];

/**
 * @param args of the command line
 * @returns rows `{ name, engines, runs }`, how often a run with much foreign load is repeated, whether to write
 */
export function readPlan(args) {
  const names = args.filter((arg) => !arg.startsWith('--'));
  const flags = new Set(args.filter((arg) => arg.startsWith('--')));
  const value = (flag) => {
    const found = [...flags].find((arg) => arg.startsWith(`--${flag}=`));
    flags.delete(found);
    return found?.slice(flag.length + 3);
  };
  const runs = Number(value('runs') ?? 3);
  const repeats = Number(value('repeats') ?? 3);
  const engines = value('engines')?.split(',');
  const [all, write] = ['--all', '--write'].map((flag) => flags.delete(flag));
  refuse('option', [...flags], ['--all', '--write', '--runs=', '--repeats=', '--engines=']);
  refuse('workload', names, Object.keys(ENGINES));
  refuse('engine', engines ?? [], [...new Set(Object.values(ENGINES).flat())]);
  const isWanted = (name) => (names.length > 0 ? names.includes(name) : all || !ON_REQUEST.includes(name));
  const rows = Object.keys(ENGINES)
    .filter(isWanted)
    .map((name) => ({
      name,
      engines: ENGINES[name].filter((engine) => engines?.includes(engine) ?? true),
      runs: ONE_RUN.includes(name) ? 1 : runs,
    }));
  return { rows: rows.filter((row) => row.engines.length > 0), runs, repeats, write };
}

function refuse(kind, given, known) {
  const unknown = given.filter((each) => !known.includes(each));
  if (unknown.length === 0) return;
  throw new Error(`No such ${kind}: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
}
