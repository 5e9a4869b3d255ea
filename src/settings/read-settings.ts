import { LOG_LEVELS } from './log-levels.js';
import { isLoopback } from './loopback.js';
import { refuseWhatIsNotThereYet } from './not-yet.js';
import { readDatabase } from './read-database.js';
import { readJwt } from './read-jwt.js';
import { EnvironmentReader, type Environment } from './reader.js';
import { SettingsError } from './settings-error.js';
import type { Settings } from './settings.js';

/**
 * Reads the environment. Only the server does: the libraries are told by their host.
 * @throws {SettingsError} lists everything that is wrong
 */
export function readSettings(environment: Environment = process.env): Settings {
  const reader = new EnvironmentReader(environment);
  const settings: Settings = {
    port: reader.integer('PORT', 0, 65_535) ?? 3_000,
    host: reader.text('HOST') ?? '127.0.0.1',
    ...readDatabase(reader),
    jwt: readJwt(reader),
    workflowModules: reader.list('WORKFLOW_MODULES'),
    maxRetries: reader.integer('MAX_RETRIES', 0, 100),
    logging: {
      level: reader.oneOf('LOG_LEVEL', LOG_LEVELS) ?? 'info',
      debug: reader.list('DEBUG') ?? [],
    },
  };
  if (!settings.jwt && !isLoopback(settings.host)) {
    reader.refuse(
      'HOST',
      `${settings.host} can be reached from outside: set JWT_SECRET as well, or use 127.0.0.1`,
    );
  }
  refuseWhatIsNotThereYet(reader);
  if (reader.problems.length > 0) throw new SettingsError(reader.problems);
  return settings;
}
