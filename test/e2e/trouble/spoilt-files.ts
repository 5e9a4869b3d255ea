import { copyFileSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DatabaseSync } from '@photostructure/sqlite';
import { mount } from '../../contract/small-disk.js';

/** A way in which the file of a store cannot be opened. */
export interface Spoilt {
  /** What the start is rejected with. */
  readonly code: string;
  /** @returns how it is mended */
  spoil(path: string): () => void;
}

export const SPOILT: Readonly<Record<string, Spoilt>> = {
  'lies where a file is in the way of its folder': {
    code: 'STORE_UNAVAILABLE',
    spoil: (path) => {
      const folder = dirname(path);
      renameSync(folder, `${folder}-kept`);
      writeFileSync(folder, '');
      return () => {
        rmSync(folder);
        renameSync(`${folder}-kept`, folder);
      };
    },
  },
  'was written by a version of the future': {
    code: 'STORE_TOO_NEW',
    spoil: (path) => {
      setSchema(path, 'value + 100');
      return () => setSchema(path, 'value - 100');
    },
  },
  'is damaged': {
    code: 'STORE_CORRUPT',
    spoil: (path) => {
      copyFileSync(path, `${path}.backup`);
      writeFileSync(path, 'something else entirely '.repeat(500));
      return () => copyFileSync(`${path}.backup`, path);
    },
  },
};

/** Its disk cannot be written; the folder must be a disk of its own. */
export const READ_ONLY: Spoilt = {
  code: 'STORE_READ_ONLY',
  spoil: (path) => {
    mount('-o', 'remount,ro', dirname(path));
    return () => mount('-o', 'remount,rw', dirname(path));
  },
};

function setSchema(path: string, value: string): void {
  const database = new DatabaseSync(path);
  database.exec(`UPDATE meta SET value = ${value} WHERE key IN ('schema_version', 'oldest_reader')`);
  database.close();
}

/** The bundled SQLite lets go of a closed file when the garbage collector has found its statements. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Files below a folder that this process has open. Empty where the system does not tell. */
export function openFilesBelow(folder: string): string[] {
  try {
    const names = readdirSync('/proc/self/fd');
    return names.flatMap((name) => targetOf(name)).filter((target) => target.startsWith(folder));
  } catch {
    return [];
  }
}

/** The listing itself is one of them, and is closed by now. */
function targetOf(name: string): string[] {
  try {
    return [readlinkSync(`/proc/self/fd/${name}`)];
  } catch {
    return [];
  }
}
