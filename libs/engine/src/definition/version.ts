import { InvalidOptionsError } from '@workflow-runner/contract';

const NUMBER = '(?:0|[1-9]\\d{0,15})';
const VERSION = new RegExp(`^(${NUMBER})(?:\\.(${NUMBER}))?(?:\\.(${NUMBER}))?(?:-([0-9A-Za-z.-]{1,64}))?$`);
const NUMERIC = /^\d+$/;
const IDENTIFIER = new RegExp(`^(?:${NUMBER}|\\d*[A-Za-z-][0-9A-Za-z-]*)$`);

/** Digits of the widest number a version may hold. */
const WIDTH = 16;

/**
 * The full form of a version: 1, `1` and `1.0` become `1.0.0`, a pre-release stays (semver.org, items 2, 9).
 * Build metadata is refused: it would make two ids of one precedence.
 * @throws {InvalidOptionsError} this is no version
 */
export function normaliseVersion(version: string | number): string {
  const normalised = tryNormaliseVersion(version);
  if (normalised === null) {
    throw new InvalidOptionsError('version', `${JSON.stringify(version)} is not a version such as 1.0.0`);
  }
  return normalised;
}

/** The same, with null for what is no version. */
export function tryNormaliseVersion(version: string | number): string | null {
  const match = VERSION.exec(String(version));
  if (!match) return null;
  const [, major, minor = '0', patch = '0', preRelease] = match;
  if (preRelease === undefined) return `${major}.${minor}.${patch}`;
  if (!preRelease.split('.').every((identifier) => IDENTIFIER.test(identifier))) return null;
  return `${major}.${minor}.${patch}-${preRelease}`;
}

/**
 * A string whose order, byte by byte, is the precedence of the version (semver.org, item 11).
 * In pre-releases a number is marked 0 and a word 1, since numbers come first; `!` ends an identifier, since
 * it stands before every character of one; `~` marks the release, which follows all its pre-releases.
 */
export function sortableVersion(version: string | number): string {
  const [core = '', ...rest] = normaliseVersion(version).split('-');
  const numbers = core.split('.').map(pad).join('.');
  if (rest.length === 0) return `${numbers}~`;
  const identifiers = rest.join('-').split('.');
  return `${numbers}-${identifiers.map((text) => (NUMERIC.test(text) ? `0${pad(text)}` : `1${text}`)).join('!')}`;
}

/** Negative when `a` precedes `b`, 0 when they are equal. */
export function compareVersions(a: string | number, b: string | number): number {
  const [left, right] = [sortableVersion(a), sortableVersion(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function pad(digits: string): string {
  return digits.padStart(WIDTH, '0');
}
