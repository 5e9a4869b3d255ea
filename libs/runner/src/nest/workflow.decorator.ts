import { Injectable } from '@nestjs/common';
import type { Buildable } from '@workflow-runner/engine';
import { setWorkflowOptions, type WorkflowOptions } from '../workflow-options.js';
import type { WorkflowType } from '../workflow-type.js';

/**
 * Names a class as a workflow. As a provider of any module it registers itself and may inject what its `build`
 * needs; in a list of workflows it needs to be no provider.
 */
export function Workflow(options: WorkflowOptions) {
  return (target: WorkflowType<Buildable>): void => {
    Injectable()(target);
    setWorkflowOptions(target, options);
  };
}
