import { openNest } from './nest.mjs';

/** This engine as its users have it: in a Nest application, steps made with `new`. */
export const open = (directory, hooks) => openNest(directory, hooks, null);
