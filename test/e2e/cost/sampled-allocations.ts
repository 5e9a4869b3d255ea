import { Session } from 'node:inspector/promises';

interface SampledNode {
  readonly selfSize: number;
  readonly children: readonly SampledNode[];
}

const OPTIONS = {
  samplingInterval: 4_096,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
};

/** Bytes that were allocated while `work` ran, by V8's sampling profiler; what has been collected since counts, too. */
export async function sampledAllocations(work: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.startSampling', OPTIONS);
    await work();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return sizeOf(profile.head);
  } finally {
    session.disconnect();
  }
}

function sizeOf(node: SampledNode): number {
  return node.children.reduce((sum, child) => sum + sizeOf(child), node.selfSize);
}
