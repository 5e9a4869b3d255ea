import type { SpawnOptions } from 'node:child_process';

export interface ServerProcess {
  readonly pid: number;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Sends the signal that ends it in order, and waits. */
  stop(): Promise<void>;
}

export interface ServerStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
  readonly log: string;
  readonly ready: string;
  readonly signal: NodeJS.Signals;
}

export function startServerProcess(start: ServerStart): Promise<ServerProcess>;
export function findProgram(name: string, folders?: readonly string[]): string | null;
export function versionOf(path: string | null): string | null;
export function freePort(): Promise<number>;
