import { auditEffects, auditHistory, type Effect } from '@workflow-runner/testing/crash-kit';
import type { Lab } from './lab.js';

/** Steps of `child/steps.mjs`: their bodies write effects. */
const RECORDED = ['Work', 'Other', 'LongWork', 'Flaky', 'Broken', 'Undo', 'Count', 'CountHere'];

/** Holds every instance against its history and the effects of its bodies. @returns findings, empty when all is well */
export async function audit(lab: Lab, instanceIds: Iterable<string>): Promise<string[]> {
  const effects = byInstance(lab.effects);
  const found: string[] = [];
  for (const id of instanceIds) {
    const [record, rows] = await Promise.all([lab.record(id), lab.history(id)]);
    const findings = [
      ...auditHistory(record, rows),
      ...auditEffects(effects.get(id) ?? [], rows, (step) => RECORDED.includes(step), lab.clockErrorMs),
    ];
    found.push(...findings.map((finding) => `${record.name} ${id}: ${finding}`));
  }
  return found;
}

function byInstance(effects: readonly Effect[]): Map<string, Effect[]> {
  const groups = new Map<string, Effect[]>();
  for (const effect of effects) {
    if (effect.mark === 'stop') continue;
    const id = effect.key.slice(0, effect.key.indexOf(':'));
    const group = groups.get(id);
    if (group) group.push(effect);
    else groups.set(id, [effect]);
  }
  return groups;
}

/** The final data of instances, by the key they were started with. */
export async function dataByKey(
  lab: Lab,
  accepted: ReadonlyMap<string, string>,
): Promise<Record<string, unknown>> {
  const entries = [...accepted].map(async ([key, id]) => [key, await lab.data(id)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
