import { openNest } from './nest.mjs';

/** Steps that are made with `new`. */
export const open = (directory, hooks) => openNest(directory, hooks, null);
