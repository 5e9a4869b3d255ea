import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { createLogging, type Logging } from './logging/create-logging.js';
import { Server } from './server.js';
import { prepareDataFolder } from './settings/data-folder.js';
import { localToken } from './settings/local-token.js';
import { readSettings } from './settings/read-settings.js';
import type { Settings } from './settings/settings.js';
import { describeAutoStarted } from './start/auto-started.js';
import { greeting } from './start/greeting.js';
import { explainStartError } from './start/start-error.js';
import { StopSignals } from './stop/stop-signals.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

let settings: Settings | null = null;
try {
  settings = readSettings();
  prepareDataFolder(settings);
  await run(settings);
} catch (error) {
  fail(error);
}

async function run(settings: Settings): Promise<void> {
  const logging = createLogging(settings.logging, process.stdout.isTTY === true);
  watchForErrors(logging);
  const token = settings.jwt ? null : localToken(settings);
  const server = await Server.create(settings, logging, token);
  const started = server.start();
  watchForSignals(server, started, logging);
  await started;
  await greet(server, settings, logging, token);
}

async function greet(server: Server, { database }: Settings, logging: Logging, token: string | null) {
  const { address, runner } = server;
  logging.loggerOf('workflow:server').info('server.started', { address, version });
  // A server for others is started by machines: they get the line above and no token.
  if (token === null && !process.stdout.isTTY) return;
  const workflows = runner.getRegisteredWorkflows().map(({ id }) => id);
  const autoStarted = await describeAutoStarted(runner);
  process.stdout.write(
    greeting({ version, address, token, database: database.shown, workflows, autoStarted }),
  );
}

function watchForSignals(server: Server, started: Promise<void>, logging: Logging): void {
  const logger = logging.loggerOf('workflow:server');
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info('server.stopping', { signal });
    try {
      await started.catch(() => undefined);
      await server.stop();
      logger.info('server.stopped');
    } catch (error) {
      logger.error('server.stop-failed', { error: stackOf(error) });
      throw error;
    }
  };
  const signals = new StopSignals({ stop, exit: (code) => process.exit(code), now: () => performance.now() });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => signals.receive(signal));
}

/** A stray rejection of somebody's step harms nobody else; after an uncaught exception nothing can be relied on. */
function watchForErrors(logging: Logging): void {
  const logger = logging.loggerOf('workflow:server');
  process.on('unhandledRejection', (reason) =>
    logger.error('unhandled-rejection', { error: stackOf(reason) }),
  );
  process.on('uncaughtException', (error) => {
    logger.error('uncaught-exception', { error: stackOf(error) });
    process.exit(1);
  });
}

function fail(error: unknown): void {
  process.stderr.write(`${explainStartError(error, settings) ?? stackOf(error)}\n`);
  process.exit(1);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
