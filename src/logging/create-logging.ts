import type { LoggerService } from '@nestjs/common';
import { Logger } from '@workflow-runner/contract';
import { pino, type DestinationStream } from 'pino';
import type { LoggingSettings } from '../settings/settings.js';
import { isDebugged } from './debug-patterns.js';
import { NestLogger } from './nest-logger.js';
import { PinoLogger } from './pino-logger.js';
import { prettyLine } from './pretty-line.js';

/** The parts of the server that write lines of their own. */
export type LoggerName = 'workflow:server' | 'workflow:engine' | 'workflow:rest' | 'workflow:nest';

export interface Logging {
  loggerOf(name: Exclude<LoggerName, 'workflow:nest'>): Logger;
  isDebugged(name: LoggerName): boolean;
  readonly nest: LoggerService;
}

/** Lines go to standard output at once: JSON for machines, one-liners on a terminal. */
export function createLogging({ level, debug }: LoggingSettings, isTerminal: boolean): Logging {
  const root = pino(
    { level, base: undefined },
    isTerminal ? prettyStream() : pino.destination({ sync: true }),
  );
  const child = (name: LoggerName) => root.child({ name }, isDebugged(debug, name) ? { level: 'debug' } : {});
  return {
    loggerOf: (name) => new PinoLogger(child(name)),
    isDebugged: (name) => child(name).isLevelEnabled('debug'),
    nest: new NestLogger(child('workflow:nest')),
  };
}

function prettyStream(): DestinationStream {
  return { write: (line) => void process.stdout.write(prettyLine(line)) };
}
