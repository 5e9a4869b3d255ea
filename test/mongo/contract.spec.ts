import { describeStoreContract } from '@workflow-runner/testing/store-contract';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { makeMongo } from './mongo-lab.js';

describeOnMongo('MongoStore', (server) => {
  describeStoreContract('MongoStore', () => makeMongo(server), { provesDeaths: false });
});
