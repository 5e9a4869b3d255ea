import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** URL of the repository's root folder, with a trailing slash. */
export const root = new URL('../', import.meta.url);

/** Absolute path of a file of the repository. */
export const pathOf = (relative) => fileURLToPath(new URL(relative, root));

/** True when the module was started by `node <file>` and not imported. */
export const isMainModule = (url) =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
