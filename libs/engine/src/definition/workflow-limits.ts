import { InvalidWorkflowError, type WorkflowLimit } from '@workflow-runner/contract';
import type { CompiledDefinition } from './compiled-definition.js';
import { compareVersions } from './version.js';

type Named = Pick<CompiledDefinition, 'nameSpace' | 'name'>;

/** The most that may be said; more is as good as none. */
const MOST = 10_000;

/** How many instances of each registered workflow may run at once: the newest version's word counts for all. */
export class WorkflowLimits {
  /** Undefined: no workflow has a limit. */
  readonly list: readonly WorkflowLimit[] | undefined;
  private readonly byName = new Map<string, number>();

  constructor(definitions: readonly CompiledDefinition[]) {
    const newest = new Map<string, CompiledDefinition>();
    for (const one of definitions) {
      const known = newest.get(keyOf(one));
      if (!known || compareVersions(one.version, known.version) > 0) newest.set(keyOf(one), one);
    }
    const limits = [...newest.values()].flatMap(({ nameSpace, name, concurrency }) =>
      concurrency === null ? [] : { nameSpace, name, limit: concurrency },
    );
    for (const one of limits) this.byName.set(keyOf(one), one.limit);
    this.list = limits.length > 0 ? limits : undefined;
  }

  /** Null: any number. */
  of(workflow: Named): number | null {
    return this.list ? (this.byName.get(keyOf(workflow)) ?? null) : null;
  }
}

/** @throws {InvalidWorkflowError} it is given and no whole number from 1 to 10,000 */
export function readConcurrency(label: string, concurrency: unknown): number | null {
  if (concurrency === undefined || concurrency === null) return null;
  const isCount = Number.isInteger(concurrency) && Number(concurrency) >= 1 && Number(concurrency) <= MOST;
  if (isCount) return concurrency as number;
  const shown = typeof concurrency === 'number' ? String(concurrency) : JSON.stringify(concurrency);
  throw new InvalidWorkflowError(label, `concurrency must be a whole number from 1 to 10000, not ${shown}`);
}

function keyOf({ nameSpace, name }: Named): string {
  return `${nameSpace}.${name}`;
}
