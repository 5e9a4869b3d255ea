import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { IWorkflow } from '@workflow-runner/runner';
import { SettingsError } from '../settings/settings-error.js';

const VARIABLE = 'WORKFLOW_MODULES';
const EXAMPLES = new URL('../examples/index.js', import.meta.url).href;

/**
 * Loads the modules that export `workflows: IWorkflow[]`, in order.
 * @param modules paths (from the working directory) or packages; null: the examples
 * @throws {SettingsError} names every module that cannot be used
 */
export async function loadWorkflows(modules: readonly string[] | null): Promise<IWorkflow[]> {
  if (modules === null) return workflowsOf(await import(EXAMPLES), 'the examples');
  const loaded = await Promise.allSettled(modules.map(loadModule));
  const failed = loaded.filter((one) => one.status === 'rejected');
  if (failed.length > 0) {
    throw new SettingsError(failed.map(({ reason }) => ({ variable: VARIABLE, problem: messageOf(reason) })));
  }
  return loaded.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}

async function loadModule(name: string): Promise<IWorkflow[]> {
  let loaded: unknown;
  try {
    loaded = await import(addressOf(name));
  } catch (error) {
    throw new Error(`${name} cannot be loaded (${messageOf(error)})`, { cause: error });
  }
  return workflowsOf(loaded, name);
}

function workflowsOf(loaded: unknown, name: string): IWorkflow[] {
  const { workflows, default: byDefault } = loaded as {
    workflows?: unknown;
    default?: { workflows?: unknown };
  };
  // A CommonJS module has its exports under `default` when they cannot be read off its text.
  const found = workflows ?? byDefault?.workflows;
  if (!Array.isArray(found)) throw new Error(`${name} exports no list called workflows`);
  return found as IWorkflow[];
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
