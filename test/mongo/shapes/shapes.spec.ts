import { describeStoreContract } from '@workflow-runner/testing/store-contract';
import type { MongoDriver } from '@workflow-runner/store/mongo';
import { afterAll, describe, expect, it } from 'vitest';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { makeMongo } from '../mongo-lab.js';
import { CutsAfterInserts } from './cuts-after-inserts.js';
import { explained, planProblems } from './explained.js';
import { isOf } from './listed-shapes.js';
import { shapeOf } from './query-shape.js';
import { recording, type Question } from './recording-driver.js';
import { ShapeBook } from './shape-book.js';
import { askRarely } from './rare-questions.js';
import { runWorkload } from './workload.js';

/**
 * Which index answers what. A server of the real kind says itself how it would answer; of the stand-in, which cannot and
 * knows no index but unique ones, only the list is known.
 */
describeOnMongo('Every question to MongoDB', (server) => {
  const book = new ShapeBook();
  const badPlans: string[] = [];
  const explains = server.kind !== 'stand-in';

  const makeRecorded = async (intercept = (driver: MongoDriver): MongoDriver => driver) => {
    let uri = '';
    const ask = async (question: Question): Promise<void> => {
      if (book.note(question) && explains && uri !== '') badPlans.push(...(await problemsOf(uri, question)));
    };
    const made = await makeMongo(server, { intercept: (driver) => intercept(recording(driver, ask)) });
    uri = made.uri;
    return made;
  };

  const problemsOf = async (uri: string, question: Question): Promise<string[]> => {
    const shape = shapeOf(question.collection, question.call, question.filter, question.options);
    const listed = book.listed.find((one) => isOf(shape, one));
    const problems = planProblems(await explained(uri, question), listed?.sorts ?? false);
    return problems.map((problem) => `${listed?.line ?? JSON.stringify(shape)}: ${problem}`);
  };

  describeStoreContract('MongoStore, its questions noted', () => makeRecorded(), { provesDeaths: false });

  it('of a long journal and a lost publisher is noted, too', async () => {
    const cuts = new CutsAfterInserts();
    const made = await makeRecorded(cuts.intercept);
    await askRarely(made, cuts);
    await made.dispose();
  });

  it('of engines at work is noted, too', async () => {
    const made = await makeRecorded();
    await runWorkload(made.uri, (driver) => recording(driver, (question) => void book.note(question)));
    await made.dispose();
  });

  describe('once all have been asked', () => {
    it('is on the list of those that an index answers', () => expect(book.unlisted()).toEqual([]));

    it('was asked, if it is on that list', () => expect(book.unasked()).toEqual([]));

    it('is answered by the index it is listed at', () => expect(book.misfits()).toEqual([]));

    it.skipIf(!explains)('is answered so by the server itself: no scan of all, no sort in memory', () => {
      expect(badPlans).toEqual([]);
    });
  });

  afterAll(() => {
    if (!explains)
      console.log(
        `SKIPPED: the ${server.kind} explains nothing; whether indexes are used was not asked of a server`,
      );
  });
});
