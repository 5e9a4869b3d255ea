/** W7's process: starts or resumes 200 slow workflows, and says so line by line. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

const [engineName, directory, phase] = process.argv.slice(2);
const { open } = await import(`./engines/${engineName}.mjs`);
const effects = join(directory, 'effects.txt');
const say = (line) => process.stdout.write(`${line}\n`);
const hooks = {
  effect: (context) => {
    appendFileSync(effects, `${phase} ${context.idempotencyKey}\n`);
    if (phase === 'first') say('step');
  },
};
const engine = await open(directory, hooks);
if (phase === 'first') {
  const ids = await Promise.all(Array.from({ length: 200 }, () => engine.start('bench-slow', { n: 0 })));
  say(`started ${JSON.stringify(ids)}`);
} else {
  const ids = JSON.parse(process.argv[5]);
  const ends = await Promise.all(ids.map((id) => engine.done(id)));
  say(`done ${ends.filter((data) => data.n === 10).length}`);
  await engine.close();
}
