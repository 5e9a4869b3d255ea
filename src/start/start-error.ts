import { WorkflowError } from '@workflow-runner/contract';
import { SettingsError } from '../settings/settings-error.js';
import type { Settings } from '../settings/settings.js';

/** What to tell an operator about a failed start; null for what nobody foresaw, which wants its stack. */
export function explainStartError(error: unknown, settings: Settings | null): string | null {
  if (error instanceof SettingsError) return error.message;
  if (error instanceof WorkflowError && error.code !== 'INTERNAL') {
    return `Workflow Runner cannot start: ${error.message} (${error.code})`;
  }
  const address = settings ? `${settings.host}:${settings.port}` : '';
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'EADDRINUSE':
      return `${address} is in use: another server listens there. Stop it, or set PORT.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${address} is no address of this machine. Set HOST.`;
    case 'EACCES':
      return `This user may not listen on ${address}. Set PORT to 1024 or above.`;
    default:
      return null;
  }
}
