import { describeStoreContract } from '@workflow-runner/testing/store-contract';
import { makeSqlite } from './sqlite-lab.js';

describeStoreContract('SqliteStore', () => makeSqlite());
