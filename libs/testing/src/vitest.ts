import { expect } from 'vitest';
import { historyMatchers, type RunMatchers, type TroubleMatchers } from './history/matchers.js';

declare module 'vitest' {
  interface Matchers<T> extends RunMatchers<T>, TroubleMatchers<T> {}
}

expect.extend(historyMatchers);
