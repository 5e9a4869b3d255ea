import { InvalidOptionsError } from '@workflow-runner/contract';
import { parseDuration } from './duration.js';

/** The names a part of the options may hold. */
export interface OptionNames {
  readonly known: readonly string[];
  /** Names that later versions will obey; refused by name, so that nobody relies on what does nothing. */
  readonly later?: readonly string[];
}

/** Reads one part of the options, value by value. Every complaint is an InvalidOptionsError with the full path. */
export class OptionReader {
  private readonly given: Readonly<Record<string, unknown>>;

  /** @param path where this part stands, empty for the root */
  constructor(
    private readonly path: string,
    given: unknown,
    names: OptionNames,
  ) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new InvalidOptionsError(path || 'props', 'must be an object');
    }
    this.given = given as Record<string, unknown>;
    for (const name of Object.keys(given)) this.checkName(name, names);
  }

  private checkName(name: string, { known, later = [] }: OptionNames): void {
    if (this.given[name] === undefined || known.includes(name)) return;
    if (later.includes(name)) this.refuse(name, 'is not available in this version');
    this.refuse(name, `is not an option; there are ${known.join(', ')}`);
  }

  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  refuse(name: string, problem: string): never {
    throw new InvalidOptionsError(this.pathOf(name), problem);
  }

  value(name: string): unknown {
    return this.given[name];
  }

  section(name: string, names: OptionNames): OptionReader {
    return new OptionReader(this.pathOf(name), this.given[name] ?? {}, names);
  }

  flag(name: string): boolean | undefined {
    const value = this.given[name];
    if (value === undefined || typeof value === 'boolean') return value;
    return this.refuse(name, `${shown(value)} is neither true nor false`);
  }

  text(name: string): string | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    return this.refuse(name, `${shown(value)} is not a text`);
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.given[name];
    if (value === undefined || choices.includes(value as T)) return value as T | undefined;
    return this.refuse(name, `${shown(value)} is not one of ${choices.join(', ')}`);
  }

  /** A whole number, or Infinity where that is allowed. */
  count(name: string, least: number, orInfinity = false): number | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    if (value === Infinity && orInfinity) return Infinity;
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    return this.refuse(name, `${shown(value)} is not a whole number of at least ${least}`);
  }

  factor(name: string, least: number): number | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
    return this.refuse(name, `${shown(value)} is not a number of at least ${least}`);
  }

  /** In ms. */
  duration(name: string, leastMs: number): number | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    const length = parseDuration(value);
    if (length === null) {
      return this.refuse(
        name,
        `${shown(value)} is not a length of time, such as 1500, '30s', '5m', '2h', '7d'`,
      );
    }
    return length >= leastMs ? length : this.refuse(name, `${shown(value)} is shorter than ${leastMs} ms`);
  }

  /** An object of a kind that only code can make. */
  part<T extends object>(name: string, kind: string, methods: readonly (keyof T & string)[]): T | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    const has = (method: string): boolean => typeof (value as Record<string, unknown>)[method] === 'function';
    if (typeof value === 'object' && value !== null && methods.every(has)) return value as T;
    return this.refuse(name, `is not a ${kind}`);
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
