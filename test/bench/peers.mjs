import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { needsServer, whyNoServer } from './servers/server-of.mjs';

/** The packages of the peers are of the benchmark alone; the product does not have them. */
const folder = new URL('./peers/', import.meta.url);
const PACKAGES = {
  bullmq: ['bullmq', 'ioredis'],
  'pg-boss': ['pg-boss'],
  dbos: ['@dbos-inc/dbos-sdk', 'pg'],
};

export const requirePeer = createRequire(new URL('./package.json', folder));

/** Installs what is missing, if it can. @returns why an engine cannot run here, or null */
export function whyNot(engine) {
  return needsServer(engine) ? (whyNoServer(engine) ?? whyNoPackages(PACKAGES[engine])) : null;
}

/** @returns why packages cannot be had, or null */
export function whyNoPackages(names) {
  if (areThere(names)) return null;
  install();
  return areThere(names) ? null : `npm ci in test/bench/peers did not bring ${names.join(', ')}`;
}

function areThere(names) {
  return names.every((name) => {
    try {
      return requirePeer.resolve(name) !== '';
    } catch {
      return false;
    }
  });
}

let hasTried = false;

function install() {
  if (hasTried) return;
  hasTried = true;
  process.stderr.write('Installing the peers (npm ci in test/bench/peers) ...\n');
  const options = {
    cwd: fileURLToPath(folder),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  };
  spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], options);
}
