// A Nest application around a runner, told over stdin what happens to it: `start`, `away`, `close`. It says what it has
// done, and must end by itself after `close`. Arguments: connection string, drain limit in ms.
import { createInterface } from 'node:readline';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { StoreUnavailableError } from '@workflow-runner/contract';
import { SystemClock } from '@workflow-runner/engine';
import {
  ExecutionResult,
  StepBody,
  WorkflowRunnerModule,
  WorkflowRunnerService,
} from '@workflow-runner/runner';
import { MemoryStore } from '@workflow-runner/store/memory';

const [connectionString, drainMs] = process.argv.slice(2);
const say = (...words) => console.log(...words);
let isAway = false;
let finishStep = () => undefined;

class Held extends StepBody {
  async run() {
    say('step');
    await new Promise((resolve) => (finishStep = resolve));
    return ExecutionResult.next();
  }
}

class HeldWorkflow {
  id = 'held';
  version = 1;
  build(builder) {
    builder.startWith(Held);
  }
}

/** A store whose calls are refused while it is away. */
function leaving(store) {
  const atHand = ['now', 'health', 'open', 'close', 'onHint'];
  return new Proxy(store, {
    get: (target, name) => {
      const member = target[name];
      if (typeof member !== 'function') return member;
      if (atHand.includes(name)) return member.bind(target);
      return async (...args) => {
        if (isAway) throw new StoreUnavailableError('The connection was refused');
        return member.apply(target, args);
      };
    },
  });
}

class AppModule {
  onModuleInit() {
    say('opened');
  }
}
Module({
  imports: [
    WorkflowRunnerModule.forRoot({
      workflows: [HeldWorkflow],
      components: { lifecycle: { drainMs: Number(drainMs) } },
      ...(connectionString === 'memory:'
        ? { store: leaving(new MemoryStore({ clock: new SystemClock() })) }
        : { persistence: { connectionString } }),
    }),
  ],
})(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false });
const listening = app.listen(0, '127.0.0.1').then(
  () => say('listening'),
  (error) => {
    process.exitCode = 1;
    say('failed', error.component, error.code);
    process.stdin.destroy();
  },
);
const commands = {
  start: async () => void (await app.get(WorkflowRunnerService).startWorkflow('held')),
  away: () => {
    isAway = true;
    say('away');
  },
  finish: () => finishStep(),
  close: async () => {
    const from = performance.now();
    await app.close();
    await listening;
    say('closed', Math.round(performance.now() - from));
    process.stdin.destroy();
  },
};
createInterface({ input: process.stdin }).on('line', (line) => void commands[line]());
