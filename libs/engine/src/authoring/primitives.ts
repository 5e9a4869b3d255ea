import 'reflect-metadata';

/** The step bodies behind the builder's verbs. workflow-es does not export them at its front door. */
export { Delay, Foreach, If, Schedule, Sequence, WaitFor, While } from 'workflow-es/build/src/primitives.js';
