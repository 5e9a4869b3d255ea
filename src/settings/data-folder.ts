import { accessSync, constants, mkdirSync } from 'node:fs';
import { SettingsError } from './settings-error.js';
import type { Settings } from './settings.js';

/**
 * Makes the data folder where it is missing.
 * @throws {SettingsError} it cannot be made or written to
 */
export function prepareDataFolder({ dataFolder }: Settings): void {
  try {
    mkdirSync(dataFolder, { recursive: true });
    accessSync(dataFolder, constants.W_OK);
  } catch (error) {
    const problem = `the folder ${dataFolder} cannot be used (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
    throw new SettingsError([{ variable: 'WORKFLOW_DB', problem }]);
  }
}
