import type { EnvironmentReader } from './reader.js';

/** Variables of the product that this version cannot obey. Whoever sets one must not believe that it works. */
const NOT_YET: Readonly<Record<string, string>> = {
  AMQ_URL: 'this version has no AMQ',
  JWT_JWKS_URI: 'this version checks tokens with JWT_SECRET only',
  SCHEDULER_ENABLED: 'this version has no scheduler',
  SCHEDULER_CONFIG_PATH: 'this version has no scheduler',
  CONFIG_PATH: 'this version reads no configuration files',
  CIRCUIT_BREAKER_ENABLED: 'this version has no circuit breaker',
};

export function refuseWhatIsNotThereYet(reader: EnvironmentReader): void {
  for (const [variable, problem] of Object.entries(NOT_YET)) {
    if (reader.text(variable) !== null) reader.refuse(variable, problem);
  }
}
