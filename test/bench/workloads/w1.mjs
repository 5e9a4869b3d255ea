import { assertRight, closedLoop, openLoop, warmUp } from './throughput.mjs';

export const title = 'W1: 2,000 one-step workflows';

export async function run(engine) {
  await warmUp(engine);
  const open = await openLoop(engine, 'bench-one', 2_000);
  assertRight(open.ends, 2_000, 1);
  const closed = await closedLoop(engine, 'bench-one', 2_000);
  assertRight(closed.ends, 2_000, 1);
  const long = await openLoop(engine, 'bench-one', 10_000);
  assertRight(long.ends, 10_000, 1);
  return {
    'workflows/s': 2_000 / (Math.min(open.ms, closed.ms) / 1000),
    'workflows/s, long run': 10_000 / (long.ms / 1000),
    'CPU ms/workflow, long run': long.cpuMs / 10_000,
    'CPU ms/workflow with its server': long.cpuMsWithServer / 10_000,
  };
}
