import { applyFailure } from '../decide/apply-failure.js';
import type { Draft } from '../decide/draft.js';
import type { Pointer } from '../state/pointer.js';
import { attemptFailure } from './attempt.js';
import type { InstanceRunner } from './instance-runner.js';
import type { Suspects } from './suspects.js';

/** Counts the deaths that a claim tells of; what was running at too many of them fails. @returns whether anything changed */
export function countCrashes(runner: InstanceRunner, draft: Draft, suspects: Suspects): boolean {
  const nameOf = (pointer: Pointer): string => draft.stepOf(pointer).name;
  const { maxCrashes } = runner.services.options;
  const counted = suspects.count(runner.state, runner.record.crashes, maxCrashes, nameOf);
  for (const { pointer, error } of counted) {
    draft.touch(pointer);
    if (!error) continue;
    const failure = attemptFailure(runner, draft.stepOf(pointer), pointer, error);
    applyFailure(draft, pointer, { ...failure, policy: () => ({ action: 'fail' }) });
  }
  return counted.length > 0;
}
