import { loop } from './g1.mjs';

export const title = 'G1 with 1,000,000 turns';

export const run = (engine, { hooks }) => loop(engine, hooks, 1_000_000);
