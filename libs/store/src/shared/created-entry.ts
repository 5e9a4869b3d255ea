import type { JournalEntry } from '@workflow-runner/contract';

/** The journal row of a start that no node has claimed; a claimed one is told by its owner's first commit. */
export const CREATED_ENTRY: JournalEntry = {
  kind: 'created',
  attempt: null,
  control: null,
  change: '',
  tell: ['created'],
};
