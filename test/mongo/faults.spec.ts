import { expect, it } from 'vitest';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { generate } from '../sim/generate.js';
import { printProgram } from '../sim/program.js';
import { simulate, type Settings } from '../sim/simulate.js';
import { MongoShelf } from './faults-shelf.js';
import type { Tally } from './faults-turnstile.js';

/** Replays one program: MONGO_SEED=<n> npx vitest run --project mongo test/mongo/faults.spec.ts */
const REPLAYED = process.env['MONGO_SEED'] === undefined ? null : Number(process.env['MONGO_SEED']);
const SOAK = process.env['SOAK'] === 'true';
const FIRST = REPLAYED ?? (SOAK ? Math.floor(Date.now() / 1_000) : 1);

const KINDS: readonly (Omit<Settings, 'store'> & { readonly programs: number })[] = [
  { trouble: 'none', ending: 'none', programs: 5 },
  { trouble: 'outages', ending: 'none', programs: 20 },
  { trouble: 'outages', ending: 'cancel', programs: 20 },
  { trouble: 'kills', ending: 'none', programs: 10 },
  { trouble: 'kills', ending: 'terminate', programs: 10 },
  { trouble: 'outages', ending: 'none', hasRivals: true, programs: 8 },
  { trouble: 'kills', ending: 'cancel', hasRivals: true, programs: 8 },
];

describeOnMongo('random programs, with faults in the calls to the server', (server) => {
  for (const { programs, ...settings } of KINDS) {
    const { trouble, ending, hasRivals } = settings;
    const count =
      REPLAYED !== null ? 1 : Number(process.env['MONGO_PROGRAMS'] ?? (SOAK ? programs * 20 : programs));
    const what = `trouble: ${trouble}, ended by: ${ending}${hasRivals ? ', for one slot with others' : ''}`;

    it(
      `do what a simple interpreter says of them (${what})`,
      { timeout: SOAK ? 3_600_000 : 300_000 },
      async () => {
        console.log(`MONGO_SEED=${FIRST} and the ${count - 1} after it: ${what}`);
        const tally: Tally = { calls: 0, faults: 0 };
        const store: Settings['store'] = (clock) => MongoShelf.open(server, clock, tally);
        for (let seed = FIRST; seed < FIRST + count; seed += 1) {
          const program = generate(seed);
          const violations = await simulate(program, seed, { ...settings, store });
          if (violations.length === 0) continue;
          console.log(`MONGO_SEED=${seed}\n${printProgram(program)}`);
          expect.soft(violations, `MONGO_SEED=${seed}`).toEqual([]);
          break;
        }
        console.log(`${tally.faults} faults in ${tally.calls} calls`);
      },
    );
  }
});
