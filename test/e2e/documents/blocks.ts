import { readFileSync } from 'node:fs';

export interface Block {
  /** What stands behind the opening fence; empty: nothing. */
  readonly language: string;
  readonly text: string;
}

/** What stands between fences in a document of the repository, from the top. */
export function blocksOf(path: string): Block[] {
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language, code]) => ({
    language: language!,
    text: code!,
  }));
}

/** The only block that holds a text. */
export function blockWith(blocks: readonly Block[], part: string): string {
  const found = blocks.filter(({ text }) => text.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} blocks hold ${part}`);
  return found[0]!.text;
}

/**
 * The commands of a script, each with its lines; what defines something (`NAME=…`, `name() {…}`) stands first in each.
 */
export function commandsOf(script: string): string[] {
  const definitions: string[] = [];
  const commands: string[] = [];
  for (const line of script.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (/^\w+(=|\(\))/.test(line)) definitions.push(line);
    else if (/^(api|curl) /.test(line)) commands.push(line);
    else commands.push(`${commands.pop()}\n${line}`);
  }
  return commands.map((command) => [...definitions, command].join('\n'));
}

const MOVING: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>'],
  [/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '<moment>'],
  [/\b[0-9a-f]{64}\b/g, '<hash>'],
  [/\?token=\S+/g, '?token=<token>'],
  [/\b\d+ ms\b/g, '<length>'],
  [/127\.0\.0\.1:\d+/g, '<address>'],
  [/^id: \d+$/gm, 'id: <position>'],
];

/** A text without what differs from run to run. */
export function settled(text: string): string {
  return MOVING.reduce((seen, [pattern, word]) => seen.replaceAll(pattern, word), text);
}
