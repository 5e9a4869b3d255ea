import { describeStoreContract } from '@workflow-runner/testing';
import { makeSqlite } from './sqlite-lab.js';

describeStoreContract('SqliteStore', () => makeSqlite());
