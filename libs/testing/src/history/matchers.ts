import { labelOf, type StepRef } from './step-ref.js';
import { WorkflowHistory } from './workflow-history.js';

/** What `expect.extend` of Vitest and of Jest takes back. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers for a WorkflowHistory, as a test writes them; `R` is what they give back. */
export interface RunMatchers<R = void> {
  /** The step was done: its outcome counted. */
  toHaveRun(step: StepRef): R;
  toHaveRunOnce(step: StepRef): R;
  toHaveRunTimes(step: StepRef, times: number): R;
  /** Both were done, the first before the second. */
  toHaveRunBefore(first: StepRef, second: StepRef): R;
}

export interface TroubleMatchers<R = void> {
  /** Its body was begun so often, by processes that died since, too. */
  toHaveStartedTimes(step: StepRef, times: number): R;
  /** It failed and was tried again: at least once, or so often. */
  toHaveBeenRetried(step: StepRef, times?: number): R;
  /** It was undone by its `compensateWith`. */
  toHaveBeenCompensated(step: StepRef): R;
}

export type HistoryMatchers<R = void> = RunMatchers<R> & TroubleMatchers<R>;

/** Takes what stands in `expect(…)`, which must be a WorkflowHistory, and what was asked of it. */
export type Matcher<TArguments extends unknown[]> = (received: unknown, ...rest: TArguments) => MatcherResult;

/** For `expect.extend(historyMatchers)`. */
export const historyMatchers: {
  readonly [Name in keyof HistoryMatchers]: Matcher<Parameters<HistoryMatchers[Name]>>;
} = {
  toHaveRun: (received, step) => {
    const history = asHistory(received);
    return verdict(history.runs(step) > 0, history, `${labelOf(step)} to have run`);
  },
  toHaveRunOnce: (received, step) => counted(received, step, 1, 'run', (history) => history.runs(step)),
  toHaveRunTimes: (received, step, times) =>
    counted(received, step, times, 'run', (history) => history.runs(step)),
  toHaveRunBefore: (received, first, second) => {
    const history = asHistory(received);
    const wish = `${labelOf(first)} to have run before ${labelOf(second)}`;
    return verdict(history.ranBefore(first, second), history, wish);
  },
  toHaveStartedTimes: (received, step, times) =>
    counted(received, step, times, 'started', (history) => history.starts(step)),
  toHaveBeenRetried: (received, step, times) => {
    if (times !== undefined)
      return counted(received, step, times, 'been retried', (history) => history.retries(step));
    const history = asHistory(received);
    return verdict(history.retries(step) > 0, history, `${labelOf(step)} to have been retried`);
  },
  toHaveBeenCompensated: (received, step) => {
    const history = asHistory(received);
    return verdict(history.compensations(step) > 0, history, `${labelOf(step)} to have been compensated`);
  },
};

function counted(
  received: unknown,
  step: StepRef,
  times: number,
  what: string,
  count: (history: WorkflowHistory) => number,
): MatcherResult {
  const history = asHistory(received);
  const found = count(history);
  const wish = `${labelOf(step)} to have ${what} ${timesOf(times)}, and it has ${timesOf(found)}`;
  return verdict(found === times, history, wish);
}

function timesOf(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}

function verdict(pass: boolean, history: WorkflowHistory, wish: string): MatcherResult {
  const message = (): string =>
    `Expected ${pass ? 'not ' : ''}${wish}. The history of ${history.instanceId}:\n${String(history) || '(empty)'}`;
  return { pass, message };
}

function asHistory(received: unknown): WorkflowHistory {
  if (received instanceof WorkflowHistory) return received;
  throw new TypeError('What is expected is no WorkflowHistory: give it `await kit.history(id)`');
}
