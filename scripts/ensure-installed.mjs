// Installs the dependencies when they are missing or package-lock.json has changed since the last install.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isMainModule, root } from './paths.mjs';

const LOCK = new URL('package-lock.json', root);
const HIDDEN_LOCK = new URL('node_modules/.package-lock.json', root);
const STAMP = new URL('node_modules/.workflow-runner-install', root);

/** Runs `npm ci` if it has to. Returns false, after saying why, when the install failed. */
export function ensureInstalled() {
  const lock = readFileSync(LOCK);
  const hash = createHash('sha256').update(lock).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return true;
  if (!installedByHand(JSON.parse(lock)) && !runInstall()) return false;
  writeFileSync(STAMP, hash);
  return true;
}

/** True when `npm install` or `npm ci` already brought exactly what the lock file names. */
function installedByHand(lock) {
  if (!existsSync(HIDDEN_LOCK)) return false;
  const installed = JSON.parse(readFileSync(HIDDEN_LOCK, 'utf8')).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (!found) return Boolean(wanted.optional || wanted.devOptional);
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function runInstall() {
  console.log('Installing dependencies (npm ci) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status === 0) return true;
  console.error(`npm ci failed (${result.error?.message ?? `exit code ${result.status ?? result.signal}`}).`);
  return false;
}

if (isMainModule(import.meta.url)) process.exitCode = ensureInstalled() ? 0 : 1;
