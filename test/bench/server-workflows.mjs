import { ExecutionResult, StepBody } from '@workflow-runner/runner';
import { makeMoreWorkflows } from './more-workflows.mjs';
import { makeWorkflows } from './workflows.mjs';

const classes = { StepBody, ExecutionResult };

export const workflows = [...makeWorkflows(classes, {}), ...makeMoreWorkflows(classes, {})];
