import type { Search } from '../find-first.js';
import type { MongoStarters } from './find-mongo.js';
import type { MongoServer } from './mongo-server.js';

const TO_HAVE_ONE =
  'Set TEST_MONGODB_URI, put mongod on PATH, or let the tests fetch a stand-in: apt-get install default-jdk-headless maven';

/** One line: which servers the suite used, where they are from, and why it used none that ranks higher. */
export function ranAgainst(
  shared: readonly MongoServer[],
  standing: Search<MongoServer>,
  starters: Search<MongoStarters>,
): string {
  const passedOver = `(${[standing, starters].flatMap((search) => search.passedOver).join('; ')})`;
  if (shared.length === 0) return `no MongoDB, all of it skipped ${passedOver}. ${TO_HAVE_ONE}`;
  const servers = shared.map(({ kind, version }) => `${kind} ${version}`).join(' and ');
  if (!standing.found) return `MongoDB: ${servers}, ${starters.place} ${passedOver}`;
  const killed = starters.found ? `killed: ${starters.place}` : `what kills it is skipped. ${TO_HAVE_ONE}`;
  return `MongoDB: ${servers}, ${standing.place} ${passedOver}; ${killed}`;
}
