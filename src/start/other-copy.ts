import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNNER = '@workflow-runner/runner';

/**
 * Where a module would get the runner from, if not from this server; null when all is well. What a second copy
 * decorates and provides is unknown to the first one, and the versions of the two may differ.
 * @param address as for `import()`
 */
export function otherCopyFor(address: string): string | null {
  const own = placeOf(import.meta.url);
  const its = address.startsWith('file:') ? placeOf(address) : null;
  return its !== null && own !== null && its !== own ? dirname(dirname(its)) : null;
}

/** The file behind the runner, links followed; null where there is none. */
function placeOf(address: string): string | null {
  try {
    return createRequire(realpathSync(fileURLToPath(address))).resolve(RUNNER);
  } catch {
    return null;
  }
}
