import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/** `start` and `end` of a body; `stop`: a stop point was reached, with its name as `step`. */
export type EffectMark = 'start' | 'end' | 'stop';

/** One line of an effects file: something happened in the world, whether or not anybody committed it. */
export interface Effect {
  readonly mark: EffectMark;
  /** Epoch ms. */
  readonly at: number;
  readonly pid: number;
  readonly node: string;
  /** The node's epoch at that moment: a process that was fenced goes on in another one. */
  readonly epoch: number;
  /** The step's idempotency key, `instance:pointer`. */
  readonly key: string;
  readonly step: string;
  readonly attempt: number;
}

/**
 * Side effects that survive the death of the process: one line each, appended by one write, so that lines of
 * several processes never mix. Not fsynced: it is processes that die here, not machines. SIGKILL may cut a write at the
 * edge of a page: each begins a line of its own, so that the next one is not joined to what is left of it.
 */
export class EffectsFile {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  append(effect: Effect): void {
    writeSync(this.file, `\n${JSON.stringify(effect)}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}

/**
 * All effects so far, in the order in which they were written; none when there is no file yet. What a process was
 * killed in the middle of did not happen: its step has not ended, and runs again.
 */
export function readEffects(path: string): Effect[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Effect);
}
