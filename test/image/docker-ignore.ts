interface Rule {
  readonly pattern: RegExp;
  readonly isException: boolean;
}

/**
 * What a `.dockerignore` keeps out of the context. As Docker reads it: the last rule that fits a path or a folder
 * above it decides; a pattern begins at the root, `*` stays within a folder, `**` does not.
 */
export class DockerIgnore {
  private readonly rules: readonly Rule[];

  constructor(text: string) {
    const lines = text.split('\n').map((line) => line.trim());
    this.rules = lines.filter((line) => line !== '' && !line.startsWith('#')).map(ruleOf);
  }

  /** @param path from the root of the context, with slashes; empty: the root */
  excludes(path: string): boolean {
    if (path === '') return false;
    const parts = path.split('/');
    const ways = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    const last = this.rules.findLast(({ pattern }) => ways.some((way) => pattern.test(way)));
    return last !== undefined && !last.isException;
  }
}

function ruleOf(line: string): Rule {
  const isException = line.startsWith('!');
  const text = isException ? line.slice(1) : line;
  const pattern = text
    .split(/(\*\*\/|\*)/)
    .map((part) => ({ '**/': '(?:.*/)?', '*': '[^/]*' })[part] ?? part.replace(/[^\w/]/g, '\\$&'))
    .join('');
  return { pattern: new RegExp(`^${pattern}$`), isException };
}
