import mongoose from 'mongoose';
import type { Terms } from '../../../libs/store/src/mongo/driver.js';
import type { Question } from './recording-driver.js';

/** How a server says it would answer a question. */
export async function explained(uri: string, { collection, filter, options }: Question): Promise<unknown> {
  const client = new mongoose.mongo.MongoClient(uri, { ignoreUndefined: true });
  try {
    const { sort, limit, projection } = options;
    const find = { find: `wfr_${collection}`, filter, sort, limit, projection };
    return await client.db().command({ explain: find, verbosity: 'queryPlanner' });
  } finally {
    await client.close();
  }
}

/** What is wrong with the plan that a server has chosen: it reads the whole collection, or sorts in memory. */
export function planProblems(explanation: unknown, maySort: boolean): string[] {
  const stages = new Set(stagesOf(winnersIn(explanation)));
  const wrong = maySort ? ['COLLSCAN'] : ['COLLSCAN', 'SORT'];
  return stages.size === 0 ? ['no plan'] : wrong.filter((stage) => stages.has(stage));
}

function winnersIn(value: unknown): unknown[] {
  return entriesOf(value).flatMap(([name, inner]) => (name === 'winningPlan' ? [inner] : winnersIn(inner)));
}

function stagesOf(value: unknown): string[] {
  return entriesOf(value).flatMap(([name, inner]) =>
    name === 'stage' && typeof inner === 'string' ? [inner] : stagesOf(inner),
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value as Terms) : [];
}
