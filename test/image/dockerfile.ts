/** One instruction, its continued lines joined. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** `--from=build` and the like, by name. */
  readonly flags: Readonly<Record<string, string>>;
  readonly rest: string;
}

/** From one FROM to the next. */
export interface Stage {
  readonly base: string;
  /** What `AS` calls it. */
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile that has no heredocs, ARGs or escapes. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of lines.map(parseInstruction)) {
    if (instruction.name === 'FROM') {
      const [base = '', , name = null] = instruction.rest.split(/\s+/);
      stages.push({ base, name, instructions: [] });
    } else {
      stages.at(-1)!.instructions.push(instruction);
    }
  }
  return stages;
}

function parseInstruction(line: string): Instruction {
  const [, name = '', flags = '', rest = ''] = /^(\w+)((?:\s+--\S+)*)\s+(.*)$/.exec(line.trim()) ?? [];
  const pairs = [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, flag = '', value = '']) => [flag, value]);
  return { name: name.toUpperCase(), flags: Object.fromEntries(pairs) as Record<string, string>, rest };
}
