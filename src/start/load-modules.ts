import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SettingsError } from '../settings/settings-error.js';
import { exportsOf, type Exported } from './module-exports.js';

const VARIABLE = 'WORKFLOW_MODULES';
const EXAMPLES = new URL('../examples/index.js', import.meta.url).href;

/**
 * Loads modules that export `workflows: IWorkflow[]`, or classes that are Nest modules, in order.
 * @param names paths (from the working directory) or packages; null: the examples
 * @throws {SettingsError} names every module that cannot be used
 */
export async function loadModules(names: readonly string[] | null): Promise<Exported> {
  if (names === null) return exportsOf(await import(EXAMPLES), 'the examples');
  const loaded = await Promise.allSettled(names.map(load));
  const failed = loaded.filter((one) => one.status === 'rejected');
  if (failed.length > 0) {
    throw new SettingsError(failed.map(({ reason }) => ({ variable: VARIABLE, problem: messageOf(reason) })));
  }
  const found = loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return {
    workflows: found.flatMap(({ workflows }) => workflows),
    modules: found.flatMap(({ modules }) => modules),
  };
}

async function load(name: string): Promise<Exported> {
  let loaded: unknown;
  try {
    loaded = await import(addressOf(name));
  } catch (error) {
    throw new Error(`${name} cannot be loaded (${messageOf(error)})`, { cause: error });
  }
  return exportsOf(loaded, name);
}

function addressOf(name: string): string {
  if (!isAbsolute(name) && !name.startsWith('.')) return packageAddressOf(name);
  const path = resolve(name);
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  return pathToFileURL(isFolder ? join(path, 'index.js') : path).href;
}

/** A package of the working directory; one that knows only `import` is looked for from here. */
function packageAddressOf(name: string): string {
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(name)).href;
  } catch {
    return name;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
}
