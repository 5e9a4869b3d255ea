import type { SettingsProblem } from './settings-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables and collects what is wrong with them instead of stopping at the first. */
export class EnvironmentReader {
  readonly problems: SettingsProblem[] = [];

  constructor(private readonly environment: Environment) {}

  /** An empty variable counts as one that is not set. */
  text(variable: string): string | null {
    const value = this.environment[variable]?.trim();
    return value ? value : null;
  }

  list(variable: string): string[] | null {
    const items = this.text(variable)?.split(',') ?? [];
    const named = items.map((item) => item.trim()).filter((item) => item !== '');
    return named.length > 0 ? named : null;
  }

  integer(variable: string, min: number, max: number): number | null {
    const text = this.text(variable);
    if (text === null) return null;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    this.refuse(variable, `${JSON.stringify(text)} is not a whole number from ${min} to ${max}`);
    return null;
  }

  oneOf<T extends string>(variable: string, values: readonly T[]): T | null {
    const text = this.text(variable)?.toLowerCase();
    if (text === undefined) return null;
    const value = values.find((one) => one === text);
    if (!value) this.refuse(variable, `${JSON.stringify(text)} is none of ${values.join(', ')}`);
    return value ?? null;
  }

  refuse(variable: string, problem: string): void {
    this.problems.push({ variable, problem });
  }
}
