import type { Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import type { RunnerWorkflow } from '@workflow-runner/runner';

/** What a module of somebody gives the server. */
export interface Exported {
  readonly workflows: readonly RunnerWorkflow[];
  /** Nest modules; their workflows are found in the container. */
  readonly modules: readonly Type[];
}

/**
 * Reads the exports of a loaded module: the list `workflows`, and every class with `@Module`, by name or by default.
 * @throws {Error} it has neither
 */
export function exportsOf(loaded: unknown, name: string): Exported {
  const named = loaded as Readonly<Record<string, unknown>>;
  // A CommonJS module has its exports under `default` when they cannot be read off its text.
  const { default: byDefault } = named;
  const inDefault = typeof byDefault === 'object' && byDefault !== null ? byDefault : {};
  const all: Readonly<Record<string, unknown>> = { ...inDefault, ...named };
  const modules = [...new Set(Object.values(all).filter(isModule))];
  const { workflows } = all;
  if (!Array.isArray(workflows) && modules.length === 0) {
    throw new Error(`${name} exports neither a list called workflows nor a Nest module`);
  }
  return { workflows: Array.isArray(workflows) ? (workflows as RunnerWorkflow[]) : [], modules };
}

function isModule(value: unknown): value is Type {
  if (typeof value !== 'function') return false;
  return Object.values(MODULE_METADATA).some((key) => Reflect.hasOwnMetadata(key, value));
}
