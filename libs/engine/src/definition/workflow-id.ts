import { InvalidWorkflowError } from '@workflow-runner/contract';
import { tryNormaliseVersion } from './version.js';

/** Where workflows live that name no name space. */
export const DEFAULT_NAME_SPACE = 'default';

/** The parts of a full id `nameSpace.name@version`; the version is in full form. */
export interface WorkflowId {
  readonly nameSpace: string;
  readonly name: string;
  readonly version: string;
}

/** What somebody wrote to mean a workflow: parts may be missing, the version is as it was written. */
export interface WorkflowReference {
  readonly nameSpace: string | null;
  readonly name: string;
  readonly version: string | null;
}

/** Routing keys of brokers hold 255 bytes; both parts and the event's name must fit in. */
const MAX_BYTES = 100;
const WORD = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_: -]*[\p{L}\p{M}\p{N}_:-])?$/u;

export function formatWorkflowId({ nameSpace, name, version }: WorkflowId): string {
  return `${nameSpace}.${name}@${version}`;
}

/** Takes apart: the version stands after the last `@`, the name after the last `.` before it. */
export function parseReference(text: string): WorkflowReference {
  const at = text.lastIndexOf('@');
  const path = at < 0 ? text : text.slice(0, at);
  const dot = path.lastIndexOf('.');
  return {
    nameSpace: dot < 0 ? null : path.slice(0, dot),
    name: path.slice(dot + 1),
    version: at < 0 ? null : text.slice(at + 1),
  };
}

/**
 * Reads a full id and brings its version into full form.
 * @throws {InvalidWorkflowError} a part is missing or wrong
 */
export function parseWorkflowId(text: string): WorkflowId {
  const { nameSpace, name, version } = parseReference(text);
  if (nameSpace === null || version === null) {
    throw new InvalidWorkflowError(text, 'a full id is written nameSpace.name@version');
  }
  return makeWorkflowId(nameSpace, name, version);
}

/**
 * Checks the parts of an id: words of letters, digits, `_`, `-`, `:` and inner spaces, the name space of one
 * or more with dots between them, each of the two at most 100 bytes long.
 * @throws {InvalidWorkflowError} a part is wrong
 */
export function makeWorkflowId(nameSpace: string, name: string, version: string | number): WorkflowId {
  const refuse = (problem: string): never => {
    throw new InvalidWorkflowError(`${nameSpace}.${name}@${version}`, problem);
  };
  if (!isWord(name)) refuse(`${JSON.stringify(name)} is not a name`);
  if (!isNameSpace(nameSpace)) refuse(`${JSON.stringify(nameSpace)} is not a name space`);
  for (const part of [nameSpace, name]) {
    if (Buffer.byteLength(part) > MAX_BYTES) refuse(`${part} is longer than ${MAX_BYTES} bytes`);
  }
  const normalised = tryNormaliseVersion(version);
  return {
    nameSpace,
    name,
    version: normalised ?? refuse(`${JSON.stringify(version)} is not a version such as 1.0.0`),
  };
}

function isNameSpace(value: unknown): boolean {
  return typeof value === 'string' && value.split('.').every(isWord);
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && WORD.test(value);
}
