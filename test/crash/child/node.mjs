// A node that is made to be killed. It loads what it needs, says so, and begins when it is told to.
import {
  compile,
  Operations,
  PlainStepPolicy,
  SystemClock,
  SystemIds,
  SystemRandom,
  WorkflowHost,
} from '@workflow-runner/engine';
import { EffectsFile, serveParent, StopPoints } from '@workflow-runner/testing/crash-kit';
import { openStore } from './open-store.mjs';
import { recorder } from './recorded-step.mjs';
import { all } from './workflows.mjs';

const IDLE_LOOK_MS = 5;

/** A machine whose wall clock is set wrongly. */
class SetClock extends SystemClock {
  aheadMs = 0;

  now() {
    return super.now() + this.aheadMs;
  }
}

const clock = new SetClock();
const logger = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [
    level,
    (message, fields) => {
      if (level !== 'debug') parent.tell('log', { level, message, fields });
      if (level === 'error') console.error(message, fields);
    },
  ]),
);
const stops = new StopPoints((point) =>
  recorder.effects.append({
    mark: 'stop',
    at: Date.now(),
    pid: process.pid,
    node: recorder.node,
    epoch: host?.node?.epoch ?? 0,
    key: '',
    step: point,
    attempt: 0,
  }),
);
const timers = [];
let store, host, operations;

const parent = serveParent({ begin, start, publish, freeze, stop, health: () => store.health(), idle });

/** Opens the store and starts the host. `maxCrashes` null means never. */
async function begin({ effects, node, options, stop: order, tickMs, clockAheadMs, ...where }) {
  recorder.effects = new EffectsFile(effects);
  recorder.stops = stops;
  recorder.node = node;
  stops.give(order ?? null);
  clock.aheadMs = clockAheadMs;
  store = await openStore(where, { clock, logger, stops });
  const random = new SystemRandom();
  const policy = new PlainStepPolicy(random, { baseDelay: 5, maxDelay: 20 });
  const { maxCrashes, ...others } = options;
  host = new WorkflowHost({
    store,
    clock,
    random,
    ids: new SystemIds(clock),
    logger,
    policy,
    options: { nodeId: node, retention: null, maxCrashes: maxCrashes ?? Infinity, ...others },
  });
  recorder.host = host;
  operations = new Operations(host);
  for (const workflow of all) await host.register(compile(workflow));
  if (tickMs)
    timers.push(setInterval(() => parent.tell('tick', { at: Date.now(), health: store.health() }), tickMs));
  timers.push(setInterval(() => host.activeCount === 0 && stops.pass('idle'), IDLE_LOOK_MS));
  await host.start();
  return host.node;
}

async function start({ workflow, key, data }) {
  const [verdict] = await operations.start([{ workflowId: workflow, data, idempotencyKey: key }]);
  if (verdict.error) throw verdict.error;
  return verdict;
}

function publish(event) {
  return operations.publish(event);
}

/**
 * Freezes the process between two turns of its event loop, so outside of any transaction.
 * `busy`: while a body is under way.
 */
async function freeze(busy) {
  while (busy && recorder.running === 0) await new Promise(setImmediate);
  stops.give({ point: 'asked', passing: 1, signal: 'SIGSTOP' });
  stops.pass('asked');
  return host.node;
}

function idle() {
  return host.activeCount === 0;
}

/** An orderly end: afterwards nothing may be left that keeps the process alive. */
async function stop(drainMs) {
  for (const timer of timers) clearInterval(timer);
  await host.stop(drainMs);
  await store.close();
  recorder.effects.close();
  setImmediate(() => parent.close());
  return { active: host.activeCount };
}

parent.tell('loaded');
