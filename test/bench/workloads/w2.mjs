import { assertRight, openLoop, warmUp } from './throughput.mjs';

export const title = 'W2: 500 ten-step workflows';

export async function run(engine) {
  await warmUp(engine);
  const short = await openLoop(engine, 'bench-ten', 500);
  assertRight(short.ends, 500, 10);
  const long = await openLoop(engine, 'bench-ten', 5_000);
  assertRight(long.ends, 5_000, 10);
  return {
    'steps/s': 5_000 / (short.ms / 1000),
    'steps/s, long run': 50_000 / (long.ms / 1000),
    'CPU us/step, long run': (long.cpuMs * 1000) / 50_000,
    'CPU us/step with its server': (long.cpuMsWithServer * 1000) / 50_000,
  };
}
