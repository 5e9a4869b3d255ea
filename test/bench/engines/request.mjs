import { Scope } from '@nestjs/common';
import { aDependency, openNest } from './nest.mjs';

/** Steps that are providers and have something request-scoped injected. */
export const open = (directory, hooks) => openNest(directory, hooks, aDependency(Scope.REQUEST));
