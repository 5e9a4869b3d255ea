import type { InjectionToken } from '@nestjs/common';
import type { IWorkflowRunnerProps } from '../runner-props.js';

/** Has the last word on what a runner is made of: gets what `forRoot` was given, with defaults. */
export type PropsOverride = (props: IWorkflowRunnerProps) => IWorkflowRunnerProps;

/** Injection token of a `PropsOverride`, provided by a global module, for tests of a whole application. */
export const PROPS_OVERRIDE: InjectionToken<PropsOverride> = Symbol('workflow-runner:props-override');
