import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Where the modules are that one name of WORKFLOW_MODULES means, for `import()`:
 * a path from the working directory (a file, or a folder with a `main` or an `index.js`), a path whose last part is a
 * pattern such as `./workflows/*.js` (every file that fits, by name), or a package.
 * @throws {Error} no file fits the pattern
 */
export function addressesOf(name: string): string[] {
  if (!isAbsolute(name) && !name.startsWith('.')) return [packageAddressOf(name)];
  const path = resolve(name);
  const paths = basename(path).includes('*') ? filesLike(path) : [fileOf(path)];
  return paths.map((file) => pathToFileURL(file).href);
}

function filesLike(path: string): string[] {
  const folder = dirname(path);
  const parts = basename(path)
    .split('*')
    .map((part) => part.replace(/\W/g, '\\$&'));
  const fits = new RegExp(`^(?!\\.)${parts.join('.*')}$`);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => fits.test(file)) : [];
  if (files.length === 0) throw new Error('no file fits');
  return files.sort().map((file) => join(folder, file));
}

function fileOf(path: string): string {
  if (!existsSync(path) || !statSync(path).isDirectory()) return path;
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    return join(path, 'index.js');
  }
}

/** A package of the working directory; one that knows only `import` is looked for from here. */
function packageAddressOf(name: string): string {
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(name)).href;
  } catch {
    return name;
  }
}
