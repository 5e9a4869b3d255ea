import { describe } from 'vitest';
import { Lab, type MakeStore, type StoreFeatures } from './lab.js';
import { aheadChapter } from './ahead.chapter.js';
import { auditChapter } from './audit.chapter.js';
import { claimChapter } from './claim.chapter.js';
import { commitChapter } from './commit.chapter.js';
import { controlChapter } from './control.chapter.js';
import { createChapter } from './create.chapter.js';
import { deadlineChapter } from './deadline.chapter.js';
import { definitionChapter } from './definition.chapter.js';
import { eventChapter } from './event.chapter.js';
import { groupChapter } from './group.chapter.js';
import { historyChapter } from './history.chapter.js';
import { nodeChapter } from './node.chapter.js';
import { pauseChapter } from './pause.chapter.js';
import { persistenceChapter } from './persistence.chapter.js';
import { queryChapter } from './query.chapter.js';
import { restChapter } from './rest.chapter.js';
import { retentionChapter } from './retention.chapter.js';
import { sealingChapter } from './sealing.chapter.js';
import { signalChapter } from './signal.chapter.js';
import { slotChapter } from './slot.chapter.js';
import { statisticsChapter } from './statistics.chapter.js';
import { takeoverChapter } from './takeover.chapter.js';
import { tellingChapter } from './telling.chapter.js';
import { timerChapter } from './timer.chapter.js';

const CHAPTERS: Readonly<Record<string, (lab: Lab) => void>> = {
  'starting instances': createChapter,
  'nodes and their epochs': nodeChapter,
  'claiming and fences': claimChapter,
  'commits and conflicts': commitChapter,
  'one bad commit in a group': groupChapter,
  takeover: takeoverChapter,
  timers: timerChapter,
  'claims ahead of time': aheadChapter,
  'deadlines that any node notices': deadlineChapter,
  'slots of workflows with a limit': slotChapter,
  'events and inboxes': eventChapter,
  'mailbox and rest': restChapter,
  controls: controlChapter,
  'pauses and failures': pauseChapter,
  signals: signalChapter,
  history: historyChapter,
  'queries and cursors': queryChapter,
  telling: tellingChapter,
  definitions: definitionChapter,
  statistics: statisticsChapter,
  'the audit trail': auditChapter,
  'sealing the audit trail': sealingChapter,
  retention: retentionChapter,
  'closing and opening again': persistenceChapter,
};

/**
 * The promises of the store port as tests. A store is done when it keeps them all; what a store does not have
 * (`features`, all of them by default) is not asked of it.
 */
export function describeStoreContract(
  name: string,
  makeStore: MakeStore,
  features: Partial<StoreFeatures> = {},
): void {
  const all = { persists: true, hasSchema: true, refusesValues: true, provesDeaths: true, ...features };
  describe(`${name} keeps the store contract`, () => {
    for (const [title, chapter] of Object.entries(CHAPTERS)) {
      describe(title, () => chapter(new Lab(makeStore, all)));
    }
  });
}
