import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EffectsFile, readEffects, type Effect } from './effects-file.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'effects-'));
  path = join(folder, 'effects.txt');
});
afterEach(() => rmSync(folder, { recursive: true }));

function effect(key: string): Effect {
  return { mark: 'end', at: 1, pid: 2, node: 'n', epoch: 1, key, step: 'charge', attempt: 1 };
}

it('reads what was appended, in order, and nothing where there is no file', () => {
  expect(readEffects(path)).toEqual([]);
  const file = new EffectsFile(path);
  for (const key of ['a:1', 'b:1']) file.append(effect(key));
  file.close();

  expect(readEffects(path)).toEqual([effect('a:1'), effect('b:1')]);
});

it('leaves out what a death has cut, wherever that was, and nothing beside it', () => {
  const whole = JSON.stringify(effect('cut:1'));
  for (let length = 1; length < whole.length; length += 1) {
    const file = new EffectsFile(path);
    file.append(effect(`before ${length}`));
    appendFileSync(path, `\n${whole.slice(0, length)}`);
    file.append(effect(`after ${length}`));
    file.close();
  }

  const keys = readEffects(path).map(({ key }) => key);
  expect(keys).toHaveLength(2 * (whole.length - 1));
  expect(keys).not.toContain('cut:1');
});
