import { Clock } from '@workflow-runner/contract';
import { SqliteStore } from '@workflow-runner/store/sqlite';

/** Joins the store named on the command line and stays until it is killed. */
class WallClock extends Clock {
  now = (): number => Date.now();
  monotonic = (): number => performance.now();
  setTimer = (): never => {
    throw new Error('the store sets no timers');
  };
}
const store = new SqliteStore({ path: process.argv[2] ?? '', clock: new WallClock() });
await store.open();
const node = await store.join({ nodeId: 'child', leaseMs: 15_000, workflowIds: [] });
process.stdout.write(`${JSON.stringify(node)}\n`);
process.stdin.resume();
