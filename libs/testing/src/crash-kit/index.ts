export { auditEffects, countRepeats, findOverlaps } from './audit-effects.js';
export { auditHistory } from './audit-history.js';
export {
  ChildGoneError,
  ChildRefusedError,
  CrashChild,
  type ChildExit,
  type ChildMessage,
  type SpawnOptions,
} from './crash-child.js';
export { EffectsFile, readEffects, type Effect, type EffectMark } from './effects-file.js';
export { endLife, type Death } from './end-life.js';
export { planKills, type Kill, type KillPlanOptions } from './kill-plan.js';
export { SeededRandom } from './seeded-random.js';
export { serveParent, type Operations, type ParentLink } from './serve-parent.js';
export { stopAtDriver, stopAtStore, storeStopPoints, type Transacting } from './stop-at-store.js';
export { StopPoints, type StopOrder } from './stop-points.js';
