import { checkSize, decode, encode, inspect } from '@workflow-runner/contract';

/** Data longer than this is written by its changed top-level keys, in characters. */
const WHOLE_UP_TO = 4_096;

/**
 * Knows the data as it was last made durable, and writes what has changed since.
 * The text is kept and compared, because the step mutates the object in place.
 */
export class DataWriter {
  private kept: Kept = '';

  constructor(private readonly limitBytes: number) {}

  /** The data as it stands is durable: begins anew. */
  reset(data: unknown): void {
    this.begin(data, encode(data, 'data'));
  }

  /** The same where the text is known. */
  begin(data: unknown, text: string): void {
    this.kept = toKeep(data, text);
  }

  /**
   * What must be written for the data as it stands: a piece of a change's JSON text beginning with a comma, or ''.
   * Call `accept` once the commit is decided.
   * @throws {DataNotSerializableError} @throws {DataTooLargeError}
   */
  difference(data: unknown): Difference {
    const { kept } = this;
    if (typeof kept !== 'string' && isRecord(data)) return this.differenceByKey(data, kept);
    const text = encode(data, 'data');
    if (text === kept) return NOTHING;
    checkSize('Data', text, this.limitBytes);
    // Not when it is accepted: steps that run may have changed the data again by then.
    const next = toKeep(data, text);
    return { text: `,"d":${text}`, accept: () => (this.kept = next) };
  }

  /** The whole data as it was last made durable, encoded. */
  get text(): string {
    const { kept } = this;
    if (typeof kept === 'string') return kept;
    return `{${[...kept].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
  }

  /** The data as it was last made durable. */
  lastDurable(): unknown {
    return decode(this.text);
  }

  private differenceByKey(data: Record<string, unknown>, before: ReadonlyMap<string, string>): Difference {
    // Over the whole first: two keys that share an object must not share it any more.
    inspect(data, 'data');
    const after = textsByKey(data);
    const changed: string[] = [];
    let bytes = 0;
    for (const [key, text] of after) {
      bytes += text.length;
      if (before.get(key) !== text) changed.push(`${JSON.stringify(key)}:${text}`);
    }
    const gone = [...before.keys()].filter((key) => !after.has(key));
    if (changed.length === 0 && gone.length === 0) return NOTHING;
    if (bytes * 3 > this.limitBytes) checkSize('Data', [...after.values()].join(''), this.limitBytes);
    const removed = gone.length > 0 ? `,"r":${JSON.stringify(gone)}` : '';
    const text = (changed.length > 0 ? `,"k":{${changed.join(',')}}` : '') + removed;
    return { text, accept: () => (this.kept = after) };
  }
}

interface Difference {
  text: string;
  accept: () => void;
}

const NOTHING: Difference = { text: '', accept: () => undefined };

/** Small data whole, large data by its top-level keys. */
type Kept = string | ReadonlyMap<string, string>;

function toKeep(data: unknown, text: string): Kept {
  return text.length <= WHOLE_UP_TO || !isRecord(data) ? text : textsByKey(data);
}

function textsByKey(data: Record<string, unknown>): Map<string, string> {
  const texts = new Map<string, string>();
  for (const key of Object.keys(data)) texts.set(key, encode(data[key], `data.${key}`));
  return texts;
}

function isRecord(data: unknown): data is Record<string, unknown> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  const prototype: unknown = Object.getPrototypeOf(data);
  // A key named like a tag or like the prototype needs the whole text.
  return (
    (prototype === Object.prototype || prototype === null) &&
    !('$' in data) &&
    !Object.hasOwn(data, '__proto__')
  );
}
