import { InvalidRequestError, type Caller } from '@workflow-runner/contract';

/** Last moment a Date can hold, epoch ms (ECMA-262, Time Values). */
const LAST_MOMENT = 8.64e15;

/** Gathers what is wrong with a request, so that its caller learns of everything at once. */
export class RequestChecks {
  private readonly violations: { path: string; message: string }[] = [];

  constructor(
    private readonly what: string,
    /** Written before each path. */
    private readonly prefix = '',
  ) {}

  add(path: string, message: string): void {
    this.violations.push({ path: this.prefix + path, message });
  }

  /** @throws {InvalidRequestError} */
  finish(): void {
    if (this.violations.length === 0) return;
    const listed = this.violations.map(({ path, message }) => `${path} ${message}`).join(', ');
    throw new InvalidRequestError(`${this.what}: ${listed}`, this.violations);
  }

  /** A text that is not empty. */
  required(path: string, value: unknown, longest: number): string {
    if (typeof value === 'string' && value !== '' && value.length <= longest) return value;
    this.add(path, `must be a text of 1 to ${longest} characters`);
    return '';
  }

  /** A text that may be left out; empty is not allowed. */
  optional(path: string, value: unknown, longest: number): string | null {
    return value === undefined || value === null ? null : this.required(path, value, longest);
  }

  choice<T extends string>(path: string, value: unknown, choices: readonly T[]): T | undefined {
    if (value === undefined || choices.includes(value as T)) return value as T | undefined;
    this.add(path, `must be one of ${choices.join(', ')}`);
    return undefined;
  }

  /** A Date or epoch ms; null when it was left out. @returns epoch ms */
  moment(path: string, value: unknown): number | null {
    if (value === undefined || value === null) return null;
    const at = value instanceof Date ? value.getTime() : value;
    if (typeof at === 'number' && Math.abs(at) <= LAST_MOMENT) return Math.trunc(at);
    this.add(path, 'must be a valid Date or epoch ms');
    return null;
  }

  caller(path: string, value: unknown): Caller | undefined {
    if (value === undefined) return undefined;
    const { subject, kind, roles } = (value ?? {}) as Partial<Caller>;
    const kinds: readonly unknown[] = ['user', 'service', 'system'];
    if (typeof subject === 'string' && kinds.includes(kind) && Array.isArray(roles)) return value as Caller;
    this.add(path, 'must have subject, kind and roles');
    return undefined;
  }
}
