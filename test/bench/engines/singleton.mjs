import { aDependency, openNest } from './nest.mjs';

/** Steps that are providers and have a singleton injected. */
export const open = (directory, hooks) => openNest(directory, hooks, aDependency());
