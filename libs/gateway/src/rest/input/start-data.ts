import { InvalidRequestError } from '@workflow-runner/contract';
import { checkJson } from './check-json.js';

/** Names in the query of a start that are not data. */
const NOT_DATA = ['version'];

/**
 * The data of `POST /start/:workflowId`: the body, over what else the query says (as text).
 * @throws {InvalidRequestError} the body is no JSON object, or the query holds a token
 */
export function startDataOf(
  body: unknown,
  query: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = body ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new InvalidRequestError('The body must be a JSON object: it is the data of the instance');
  }
  if (Object.hasOwn(query, 'token')) {
    throw new InvalidRequestError('A token belongs into the header Authorization, never into the address');
  }
  checkJson(given);
  checkJson(query, 'query');
  const extra = Object.entries(query).filter(([name]) => !NOT_DATA.includes(name));
  return { ...Object.fromEntries(extra), ...given };
}
