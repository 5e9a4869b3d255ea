export { run } from './w2.mjs';

export const title = 'N2: W2 in a Nest application, by what its steps are';
