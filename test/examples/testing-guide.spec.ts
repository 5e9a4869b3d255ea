import { describe, expect, it } from 'vitest';
import { read, regionOf } from './samples.js';

const BLOCK = /(?:<!-- (?<path>\S+)#(?<region>\S+) -->\n\n)?```(?<language>\w+)\n(?<code>[^]*?)```\n/g;

const blocks = [...read('docs/testing.md').matchAll(BLOCK)].map(({ groups }) => groups!);

describe('the guide to testing', () => {
  it('has samples', () => {
    expect(blocks.length).toBeGreaterThan(5);
  });

  it.each(blocks.map(({ path, region, code }) => [`${path}#${region}`, path, region, code] as const))(
    'shows %s as it runs',
    (_name, path, region, code) => {
      expect(path, 'a sample without its source').toBeDefined();
      expect(code).toBe(regionOf(path!, region!));
    },
  );

  it('takes its samples from files that are run', () => {
    for (const { path } of blocks) expect(path).toMatch(/\.spec\.ts$|^test\/e2e\/fixtures\/.*\.test\.mjs$/);
  });

  it('names every matcher and every question of a history', () => {
    const guide = read('docs/testing.md');
    const matchers = read('libs/testing/src/history/matchers.ts').matchAll(/^ {2}(toHave\w+):/gm);
    const names = [...matchers].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(guide).toContain(`\`${name}(`);
  });
});
