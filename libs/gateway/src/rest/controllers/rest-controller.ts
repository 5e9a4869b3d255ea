import { applyDecorators, Controller, UseFilters, UseGuards } from '@nestjs/common';
import { AccessGuard } from '../access/access.guard.js';
import { ProblemFilter } from '../errors/problem.filter.js';

/** A controller of this module: its guard and filter stand on it alone, so that the host's other routes keep theirs. */
export const RestController = (path: string) =>
  applyDecorators(Controller(path), UseGuards(AccessGuard), UseFilters(ProblemFilter));
