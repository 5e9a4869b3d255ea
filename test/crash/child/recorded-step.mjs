import { setTimeout as sleep } from 'node:timers/promises';
import { ExecutionResult, StepBody } from '@workflow-runner/engine';

/** What all bodies of this process share: where effects go, the stop points, and the name of the node. */
export const recorder = { effects: null, stops: null, host: null, node: '', running: 0 };

/** A body that leaves a mark in the effects file when it starts and when it ends. `ms` is how long it works. */
export class RecordedStep extends StepBody {
  ms = 2;

  async run(context) {
    const { name } = this.constructor;
    mark(context, name, 'start');
    recorder.running += 1;
    recorder.stops.pass('body.before');
    try {
      if (this.ms > 0) await sleep(this.ms);
      await this.work(context);
    } finally {
      recorder.running -= 1;
      mark(context, name, 'end');
      recorder.stops.pass('body.after');
    }
    return ExecutionResult.next();
  }

  /** What subclasses do; nothing by default. */
  work() {}
}

function mark({ idempotencyKey, attempt }, step, kind) {
  recorder.effects.append({
    mark: kind,
    at: Date.now(),
    pid: process.pid,
    node: recorder.node,
    epoch: recorder.host.node?.epoch ?? 0,
    key: idempotencyKey,
    step,
    attempt,
  });
}
