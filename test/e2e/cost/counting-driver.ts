import {
  loadDriver,
  type Bindings,
  type Driver,
  type Opener,
  type Statement,
} from '@workflow-runner/store/sqlite';

/** What was asked of SQLite. */
export interface Counts {
  transactions: number;
  /** By the first words of the statement, for example `INSERT INTO journal`. */
  readonly statements: Map<string, number>;
  /** Characters of text that were written by `INSERT` and `UPDATE`. */
  characters: number;
}

export function noCounts(): Counts {
  return { transactions: 0, statements: new Map(), characters: 0 };
}

/** Opens files with a driver that counts. */
export async function countingOpener(counts: () => Counts): Promise<Opener> {
  const opener = await loadDriver();
  return (path) => counting(opener(path), counts);
}

function counting(driver: Driver, counts: () => Counts): Driver {
  return {
    log: driver.log,
    exec: (sql) => driver.exec(sql),
    prepare: (sql) => countingStatement(driver.prepare(sql), sql, counts),
    transaction: (work) => {
      counts().transactions += 1;
      return driver.transaction(work);
    },
    backup: (target) => driver.backup(target),
    close: () => driver.close(),
  };
}

function countingStatement(statement: Statement, sql: string, counts: () => Counts): Statement {
  const name = /^\s*(INSERT INTO \w+|UPDATE \w+|DELETE FROM \w+|\w+)/.exec(sql)![1]!;
  const writes = /^(INSERT|UPDATE)/.test(name);
  const count = (values: Bindings): void => {
    const { statements } = counts();
    statements.set(name, (statements.get(name) ?? 0) + 1);
    if (!writes) return;
    for (const value of values) if (typeof value === 'string') counts().characters += value.length;
  };
  return {
    run: (...values) => (count(values), statement.run(...values)),
    get: (...values) => (count(values), statement.get(...values)),
    all: (...values) => (count(values), statement.all(...values)),
  };
}
