import { Module } from '@nestjs/common';
import { afterEach, expect, it } from 'vitest';
import { MEMORY, NestLab, runnerOf } from '../../../../test/runner/nest-lab.js';
import type { IWorkflowRunnerProps } from '../runner-props.js';
import { PROPS_OVERRIDE, type PropsOverride } from './props-override.js';

const lab = new NestLab();
afterEach(() => lab.clear());

it('a global module has the last word on what the runner is made of', async () => {
  const seen: IWorkflowRunnerProps[] = [];
  const override: PropsOverride = (props) => {
    seen.push(props);
    return { ...props, nodeId: 'overridden', persistence: MEMORY };
  };
  @Module({})
  class Surroundings {}
  const surroundings = {
    module: Surroundings,
    global: true,
    providers: [{ provide: PROPS_OVERRIDE, useValue: override }],
    exports: [PROPS_OVERRIDE],
  };
  const app = await lab.boot(
    { imports: [surroundings] },
    { nodeId: 'own', persistence: { connectionString: 'sqlite:/nowhere/at/all.db' } },
  );
  expect(runnerOf(app).nodeId).toBe('overridden');
  expect(seen).toMatchObject([{ nodeId: 'own', activator: {}, logger: {} }]);
});
