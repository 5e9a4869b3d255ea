import 'reflect-metadata';
import { Controller, Get, RequestMethod } from '@nestjs/common';
import { PERMISSIONS } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { RequirePermission } from './access/require-permission.js';
import { CONTROLLERS } from './controllers/all.js';
import { routesOf } from './routes.js';

const routes = CONTROLLERS.flatMap(routesOf);
const written = routes.map(
  ({ method, path, access }) => `${RequestMethod[method]} ${path} ${String(access)}`,
);

describe('the routes', () => {
  it('each say what they ask of a caller', () => {
    expect(written).toEqual([
      'GET status open',
      'GET workflows workflow:view',
      'GET workflows/:id workflow:view',
      'GET workflows/:id/graph workflow:view',
      'POST start/:workflowId workflow:execute',
      'POST start workflow:execute',
      'GET instances workflow:view',
      'GET instances/:id workflow:view',
      'GET instances/:id/history workflow:view',
      'GET instances/:id/why workflow:view',
      'POST instances/:id/pause workflow:pause',
      'POST instances/:id/resume workflow:resume',
      'POST instances/:id/cancel workflow:cancel',
      'POST instances/:id/terminate workflow:cancel',
      'POST instances/:id/retry workflow:retry',
      'POST instances/:id/signal event:publish',
      'POST instances/bulk workflow:pause,workflow:resume,workflow:cancel,workflow:retry',
      'GET dead-letters workflow:view',
      'POST dead-letters/:id/retry workflow:retry',
      'POST dead-letters/:id/discard workflow:cancel',
      'POST events event:publish',
      'GET stream workflow:view',
      'GET audit audit:view',
      'GET audit/verify audit:view',
    ]);
  });

  it('name permissions that exist', () => {
    const known: readonly (string | undefined)[] = [...PERMISSIONS, 'open'];
    const named = routes.flatMap(({ access }) => access);
    expect(named.filter((access) => !known.includes(access))).toEqual([]);
    expect(named.length).toBeGreaterThanOrEqual(routes.length);
  });
});

describe('routesOf', () => {
  @Controller('things/')
  class Things {
    @Get()
    @RequirePermission('workflow:view')
    list() {}

    @Get('/:id')
    forgotten() {}

    notARoute() {}
  }

  it('shows a route that forgot to name its permission', () => {
    expect(routesOf(Things)).toMatchObject([
      { method: RequestMethod.GET, path: 'things', access: 'workflow:view' },
      { method: RequestMethod.GET, path: 'things/:id', access: undefined },
    ]);
  });
});
