import type { AttemptInfo } from '@workflow-runner/runner';
import { toJson } from './to-json.js';

export function attemptView(attempt: AttemptInfo) {
  return { ...attempt, input: toJson(attempt.input), outcome: toJson(attempt.outcome) };
}
