import { basename } from 'node:path';
import { SettingsError } from '../settings/settings-error.js';
import { addressesOf } from './module-addresses.js';
import { exportsOf, type Exported } from './module-exports.js';
import { otherCopyFor } from './other-copy.js';

const VARIABLE = 'WORKFLOW_MODULES';
const EXAMPLES = new URL('../examples/index.js', import.meta.url).href;

/**
 * Loads modules that export `workflows: IWorkflow[]`, or classes that are Nest modules, in order.
 * @param names paths and patterns (from the working directory) or packages; null: the examples
 * @throws {SettingsError} names every module that cannot be used
 */
export async function loadModules(names: readonly string[] | null): Promise<Exported> {
  if (names === null) return exportsOf(await import(EXAMPLES), 'the examples');
  const loaded = await Promise.allSettled(names.map(load));
  const failed = loaded.filter((one) => one.status === 'rejected');
  if (failed.length > 0) {
    throw new SettingsError(failed.map(({ reason }) => ({ variable: VARIABLE, problem: messageOf(reason) })));
  }
  return together(loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
}

async function load(name: string): Promise<Exported> {
  const addresses = await explained(name, () => addressesOf(name));
  const label = (address: string) => (addresses.length > 1 ? `${name} (${basename(address)})` : name);
  return together(await Promise.all(addresses.map((address) => loadOne(address, label(address)))));
}

async function loadOne(address: string, label: string): Promise<Exported> {
  const other = otherCopyFor(address);
  if (other !== null) {
    throw new Error(
      `${label} would get a copy of the runner of its own, ${other}; remove it, so that it gets the server's`,
    );
  }
  return exportsOf(await explained(label, () => import(address)), label);
}

async function explained<T>(label: string, load: () => T | Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new Error(`${label} cannot be loaded (${messageOf(error)})`, { cause: error });
  }
}

function together(found: readonly Exported[]): Exported {
  return {
    workflows: found.flatMap(({ workflows }) => workflows),
    modules: found.flatMap(({ modules }) => modules),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
}
