import { afterEach, describe, expect, it } from 'vitest';
import {
  countRepeats,
  endLife,
  planKills,
  SeededRandom,
  storeStopPoints,
  type CrashChild,
  type Kill,
  type StopOrder,
} from '@workflow-runner/testing/crash-kit';
import { audit, dataByKey } from './harness/audit.js';
import { auditTrail } from './harness/audit-trail.js';
import { Driver } from './harness/driver.js';
import { finish } from './harness/finish.js';
import { Lab } from './harness/lab.js';

const SOAK = process.env['SOAK'] === 'true';
const KILLS = Number(process.env['CRASH_KILLS'] ?? (SOAK ? 5_000 : 205));
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

/** Deaths at each named point. */
const PER_POINT = 2;

/** A life that was to end at a point it does not come to is killed from outside after so long, in ms. */
const POINT_PATIENCE_MS = 2_000;
/** Further lives for a point that none came to, as may happen on a busy machine. */
const MORE_LIVES = 5;
/** A life comes to these once or a few times only. */
const RARE = storeStopPoints(['join', 'takeover', 'create', 'publish', 'seal']);
const POINTS = [
  ...RARE,
  ...storeStopPoints(['claim', 'ahead', 'commit', 'rest']),
  ...['body.before', 'body.after', 'idle'],
];

/** For a busy machine; by itself a death takes a third of a second. */
const TIMEOUT_MS = 180_000 + Math.max(KILLS, POINTS.length * PER_POINT) * 2_000;

const labs: Lab[] = [];
const openLab = async (): Promise<Lab> => {
  const lab = await Lab.open();
  labs.push(lab);
  return lab;
};
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.close()));
});

describe('a process that is killed again and again', () => {
  it(
    'completes every accepted start exactly once, loses no event and no audit entry, and repeats no finished step',
    { timeout: TIMEOUT_MS },
    async () => {
      console.log(`CRASH_SEED=${SEED} CRASH_KILLS=${KILLS}`);
      const random = new SeededRandom(SEED);
      const lab = await openLab();
      const driver = new Driver(lab, random);
      const began = performance.now();
      const kills = planKills(random, {
        kills: KILLS,
        points: POINTS,
        perPoint: PER_POINT,
        rare: RARE,
        momentMs: [5, 250],
        passing: [1, 3],
      });
      let life = 0;
      for (const kill of kills) await liveAndDie(lab, driver, random, (life += 1), kill);
      for (const point of missedIn(lab)) {
        const order = { point, passing: 1, signal: 'SIGKILL' } as const;
        for (let more = 0; more < MORE_LIVES && missedIn(lab).includes(point); more += 1) {
          await liveAndDie(lab, driver, random, (life += 1), { kind: 'point', order });
        }
      }

      const last = await lab.node('last');
      await finish(lab, driver, last);
      expect(await stop(last)).toEqual({ code: 0, signal: null });
      report(lab, driver, life, performance.now() - began);

      expect(await audit(lab, driver.accepted.values())).toEqual([]);
      expect(await auditTrail(lab, driver.accepted.values())).toEqual([]);
      expect(await lab.store.check()).toEqual([]);
      expect(new Set(driver.accepted.values()).size).toBe(driver.starts.length);
      expect((await lab.store.countByStatus({})).completed).toBe(driver.starts.length);
      expect(await lab.store.subscriptions({})).toEqual([]);
      expect(missedIn(lab)).toEqual([]);
      expect(await dataByKey(lab, driver.accepted)).toEqual(await undisturbed(driver));
    },
  );
});

/** One life of the process: it takes over what the one before left, is asked for more, and dies as planned. */
async function liveAndDie(
  lab: Lab,
  driver: Driver,
  random: SeededRandom,
  life: number,
  kill: Kill,
): Promise<void> {
  const child = lab.spawn();
  const stop = kill.kind === 'point' ? kill.order : null;
  // Under the same name it follows itself; under another one it takes over from a dead node.
  const node = !stop?.point.startsWith('takeover') && random.int(0, 3) === 0 ? 'steady' : `life-${life}`;
  driver.invent(random.int(1, 4));
  const began = lab.begin(child, node, { options: { pollIntervalMs: 200 }, stop });
  const asked = began
    .then(() => ask(driver, child, stop))
    .catch((error: unknown) => unlessGone(error, child));
  await endLife(child, kill, began, POINT_PATIENCE_MS);
  await asked;
}

function missedIn(lab: Lab): string[] {
  const { stopped } = lab;
  return POINTS.filter((point) => !stopped.includes(point));
}

async function ask(driver: Driver, child: CrashChild, stop: StopOrder | null): Promise<void> {
  const where = stop?.point.startsWith('publish') ? 'child' : 'anywhere';
  await Promise.all([driver.askForStarts(child), driver.publish(child, where, 4)]);
}

function unlessGone(error: unknown, child: CrashChild): void {
  if (!child.isGone) throw error;
}

async function stop(child: CrashChild): Promise<unknown> {
  await child.ask('stop', 5_000);
  return child.exited;
}

/** What the same starts and events lead to where nothing dies. */
async function undisturbed(disturbed: Driver): Promise<Record<string, unknown>> {
  const lab = await openLab();
  const driver = new Driver(lab, new SeededRandom(SEED));
  for (const request of disturbed.starts) driver.add(request);
  await finish(lab, driver, await lab.node('undisturbed'));
  return dataByKey(lab, driver.accepted);
}

function report(lab: Lab, driver: Driver, kills: number, ms: number): void {
  const { effects, stopped } = lab;
  console.log(
    [
      `${kills} kills, ${stopped.length} of them at ${new Set(stopped).size} named points`,
      `${driver.starts.length} instances, ${driver.lostAnswers} starts whose answer was lost`,
      `${effects.filter(({ mark }) => mark === 'start').length} bodies, ${countRepeats(effects)} of them repeated`,
      `${Math.round(ms / 1_000)} s`,
    ].join('; '),
  );
}
