import { Controller, UseFilters, UseGuards, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccessGuard } from '../access/access.guard.js';
import { ProblemFilter } from '../errors/problem.filter.js';
import { markRoute } from '../mount/route-mark.js';
import { documentRoute } from '../openapi/document-route.js';
import { routesOf } from '../routes.js';

/**
 * A controller of this module: its guard and filter stand on it alone, so that the host's other routes keep theirs.
 * Versions in the addresses of a host are versions of the host's own interface; these routes have none.
 */
export const RestController = (path: string) => (controller: Type) => {
  Controller({ path, version: VERSION_NEUTRAL })(controller);
  UseGuards(AccessGuard)(controller);
  UseFilters(ProblemFilter)(controller);
  ApiTags(`Workflow ${path.split('/', 1)[0]}`)(controller);
  for (const route of routesOf(controller)) {
    markRoute(route);
    documentRoute(route);
  }
};
