import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** A file of the repository. */
export function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** What stands between `// #region name` and `// #endregion`, without its indentation. */
export function regionOf(path: string, region: string): string {
  const [, text] = new RegExp(`// #region ${region}\n([^]*?)^ *// #endregion$`, 'm').exec(read(path)) ?? [];
  if (text === undefined) throw new Error(`${path} has no region ${region}`);
  const indentation = /^ */.exec(text)![0];
  return text.replaceAll(new RegExp(`^${indentation}`, 'gm'), '');
}

/** The first sample of TypeScript in a document. */
export function firstSampleOf(path: string): string {
  const [, code] = /```ts\n([^]*?)```/.exec(read(path)) ?? [];
  if (code === undefined) throw new Error(`${path} has no sample`);
  return code;
}
