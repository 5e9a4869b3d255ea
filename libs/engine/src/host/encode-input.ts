import { encode } from '@workflow-runner/contract';

/** What a history row may hold of a step's inputs, in characters. */
const LONGEST_INPUT = 8_192;

/** The fields of a body after its input mappers ran, for the history; what cannot be kept is said so. */
export function encodeInput(body: object): string | null {
  try {
    const text = encode({ ...body }, 'input');
    return text.length <= LONGEST_INPUT ? text : JSON.stringify({ omitted: `${text.length} characters` });
  } catch (error) {
    return JSON.stringify({ omitted: error instanceof Error ? error.message : String(error) });
  }
}
