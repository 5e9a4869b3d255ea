import { RecordedStep } from './recorded-step.mjs';

/** Works and says nothing. */
export class Work extends RecordedStep {}

/** The same, told apart in the history. */
export class Other extends RecordedStep {}

/** Works for as long as the data says. */
export class LongWork extends RecordedStep {}

/** Fails its first attempt. Attempts that a death cut off do not count, so it succeeds in every history's second. */
export class Flaky extends RecordedStep {
  work({ attempt }) {
    if (attempt === 1) throw new Error('the first attempt fails');
  }
}

/** Fails for good, and with that the saga around it. */
export class Broken extends RecordedStep {
  work() {
    throw Object.assign(new Error('it cannot be done'), { retryable: false });
  }
}

/** Undoes a step of a saga. */
export class Undo extends RecordedStep {}

/** Counts in the instance's data, in place. */
export class Count extends RecordedStep {
  work({ workflow }) {
    workflow.data.count += 1;
  }
}

/** Counts in the branch's own object. */
export class CountHere extends RecordedStep {
  work({ local }) {
    local.turns = (local.turns ?? 0) + 1;
  }
}

/** Kills its process, again and again. */
export class Deadly extends RecordedStep {
  work() {
    process.kill(process.pid, 'SIGKILL');
  }
}
