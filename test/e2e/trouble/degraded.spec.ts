import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { whyNoMounts } from '../../contract/small-disk.js';
import { ADAPTERS, RestLab } from '../../rest/host-lab.js';
import { until } from '../until.js';
import { Pulse } from './pulse.js';
import { TroubleHost } from './trouble-host.js';
import { awayStore, fullDisk, lockedFile, type Trouble } from './troubles.js';

const noMounts = whyNoMounts();
if (noMounts !== null) console.warn(`SKIPPED: a host on a full disk: ${noMounts}; run the suite as root`);

const TROUBLES: readonly (readonly [what: string, make: () => Trouble, isSkipped: boolean])[] = [
  ['locked by a process that stands still', lockedFile, false],
  ['on a full disk', fullDisk, noMounts !== null],
  ['away', awayStore, false],
];

/** An answer of the host's own route that takes longer counts as standing still; the trouble lasts seconds. In ms. */
const RESPONSIVE_MS = 250;
/** A start waits five seconds for a lock, and not once more. In ms. */
const LONGEST_ANSWER_MS = 8_000;
/** How long the trouble lasts beyond the answer to the starts, in ms: heartbeats, looks and repeats come by meanwhile. */
const LASTS_MS = 2_500;

const lab = new RestLab();
let trouble: Trouble | null = null;
afterEach(async () => {
  await trouble?.end();
  await lab.clear();
  await trouble?.clear();
  trouble = null;
});

/** With three instances that wait for an event, and one with a step at work. */
async function atWork(adapter: (typeof ADAPTERS)[number], make: () => Trouble) {
  trouble = make();
  const app = await TroubleHost.boot(lab, adapter, trouble.store);
  const parked = await Promise.all(['a', 'b', 'c'].map((key) => app.accepted('parked', key)));
  const held = await app.accepted('held', 'd');
  for (const id of parked) await until(async () => (await app.statusOf(id)) === 'waiting');
  await until(() => app.effects.size === 4);
  return { trouble, app, ids: [...parked, held] };
}

describe.each(ADAPTERS)('An application on %s', (adapter) => {
  for (const [what, make, isSkipped] of TROUBLES) {
    it.skipIf(isSkipped)(`serves on while its store is ${what}, says so, and goes on by itself`, async () => {
      const { trouble, app, ids } = await atWork(adapter, make);
      const pulses = ['/mine', '/health/live', '/health/ready'].map((path) => new Pulse(app.host, path));
      const [own, live, ready] = pulses as [Pulse, Pulse, Pulse];

      await trouble.begin();
      app.gate.resolve();
      const from = performance.now();
      const refused = await Promise.all([1, 2, 3].map((n) => app.start('parked', `refused ${n}`)));

      expect(performance.now() - from).toBeLessThan(LONGEST_ANSWER_MS);
      for (const { status, headers, body } of refused) {
        expect([status, headers.get('retry-after'), body['code']]).toEqual([503, '1', trouble.code]);
        expect(headers.get('content-type')).toContain('application/problem+json');
      }
      await until(() => ready.last?.status === 503);
      ready.statuses.clear();
      await pause(LASTS_MS);
      expect([...ready.statuses]).toEqual([503]);
      expect(ready.last?.body).toMatchObject({ error: { workflow: { store: 'down', host: 'up' } } });
      const { body: told } = await app.ask('GET', '/workflow/status');
      const reason = { component: 'store', message: expect.stringMatching(trouble.reason) };
      expect(told['details']).toEqual(expect.arrayContaining([reason]));

      await trouble.end();
      await until(() => ready.last?.status === 200);
      await Promise.all(pulses.map((pulse) => pulse.stop()));
      expect([[...own.statuses], [...live.statuses]]).toEqual([[200], [200]]);
      expect(Math.max(own.longestMs, live.longestMs)).toBeLessThan(RESPONSIVE_MS);
      // A line for each part that fails and one for its end, however long it lasts.
      const lines = app.log.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message);
      expect(lines).toEqual([...new Set(lines)]);

      ids.push(await app.accepted('parked', 'later'));
      for (const key of ['a', 'b', 'c', 'd', 'later']) await app.publish(key);
      for (const id of ids) await until(async () => (await app.statusOf(id)) === 'completed');
      expect(await app.count()).toBe(ids.length);
      expect([...app.effects.values()]).toEqual(Array(ids.length * 2).fill(1));
    });
  }
});
