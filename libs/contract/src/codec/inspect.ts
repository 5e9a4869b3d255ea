import { DataNotSerializableError } from '../errors.js';
import { revive } from './revive.js';
import { tagged } from './tagged.js';

const MAX_DEPTH = 500;

/** What one walk over a value found out. */
export interface Inspection {
  /** Something in it needs a tag. */
  readonly special: boolean;
}

/**
 * Walks a value once: refuses what cannot be stored, notes whether tags are needed, and gives each second
 * reference to an object a copy of its own.
 * @throws {DataNotSerializableError}
 */
export function inspect(root: unknown, where: string): Inspection {
  if (isSimple(root)) return NOTHING_SPECIAL;
  const walk = new Walk(where);
  walk.value(root, undefined);
  return walk;
}

const NOTHING_SPECIAL: Inspection = { special: false };

/** What JSON carries as it is and has nothing in it. */
function isSimple(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

type Slots = Record<string | number, unknown>;
type Replace = (copy: unknown) => void;

class Walk implements Inspection {
  special = false;
  /** The outermost object; the others are gathered only when there are some. */
  private first: object | null = null;
  private others: Set<object> | null = null;
  /** Objects being walked through, outermost first, and the keys that led from one to the next. */
  private readonly open: object[] = [];
  private readonly trail: (string | number)[] = [];

  constructor(private readonly where: string) {}

  value(value: unknown, replace: Replace | undefined): void {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return;
      case 'number':
        if (!Number.isFinite(value) || Object.is(value, -0)) this.special = true;
        return;
      case 'undefined':
      case 'bigint':
        this.special = true;
        return;
      case 'object':
        if (value !== null) this.object(value, replace);
        return;
      default:
        this.refuse(`a ${typeof value}`);
    }
  }

  private object(value: object, replace: Replace | undefined): void {
    if (!this.isNew(value)) {
      if (this.open.includes(value)) this.refuse('a cycle');
      replace?.(unshared(value));
      return;
    }
    if (this.open.length > MAX_DEPTH) this.refuse(`more than ${MAX_DEPTH} levels`);
    this.open.push(value);
    if (Array.isArray(value)) this.items(value as unknown[]);
    else if (isPlain(value)) this.fields(value as Slots);
    else this.builtIn(value);
    this.open.pop();
  }

  private isNew(value: object): boolean {
    if (this.first === null) {
      this.first = value;
      return true;
    }
    if (value === this.first || this.others?.has(value)) return false;
    this.others ??= new Set();
    this.others.add(value);
    return true;
  }

  private items(items: unknown[]): void {
    for (let i = 0; i < items.length; i += 1) this.slot(items as unknown as Slots, i);
  }

  private fields(fields: Slots): void {
    for (const key in fields) {
      if (key === '$' || key === '__proto__') this.special = true;
      this.slot(fields, key);
    }
    if (Object.getOwnPropertySymbols(fields).length > 0) this.refuse('a symbol as a key');
  }

  private builtIn(value: object): void {
    this.special = true;
    if (value instanceof Date || value instanceof Uint8Array) return;
    if (value instanceof Map) {
      for (const [key, item] of value as Map<unknown, unknown>) {
        this.at('<key>', key, undefined);
        this.at(String(key), item, (copy) => value.set(key, copy));
      }
    } else if (value instanceof Set) {
      for (const item of value) this.at('<item>', item, undefined);
    } else {
      const name = value.constructor?.name;
      this.refuse(name ? `an instance of class ${name}` : 'an object with a prototype');
    }
  }

  private slot(parent: Slots, key: string | number): void {
    const value = parent[key];
    if (isSimple(value)) return;
    this.trail.push(key);
    this.value(value, typeof value === 'object' ? replaceIn(parent, key) : undefined);
    this.trail.pop();
  }

  private at(key: string, value: unknown, replace: Replace | undefined): void {
    this.trail.push(key);
    this.value(value, replace);
    this.trail.pop();
  }

  private refuse(problem: string): never {
    const path = this.trail.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    throw new DataNotSerializableError(this.where + path, problem);
  }
}

function replaceIn(parent: Slots, key: string | number): Replace {
  return (copy) => {
    if (!Object.isFrozen(parent)) parent[key] = copy;
  };
}

function unshared(value: object): unknown {
  return revive(JSON.parse(JSON.stringify(tagged(value))));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
