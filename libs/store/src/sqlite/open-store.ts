import type { Commit, CommitReceipt } from '@workflow-runner/contract';
import type { Hints } from '../shared/hints.js';
import { AuditReader } from './audit-reader.js';
import { AuditSealing } from './audit-sealing.js';
import { AuditWriter } from './audit-writer.js';
import { Choosing } from './choosing.js';
import { Claiming } from './claiming.js';
import { Committing } from './committing.js';
import type { Condition } from './condition.js';
import { Controlling } from './controlling.js';
import { Creating } from './creating.js';
import { Definitions } from './definitions.js';
import type { Driver, Opener } from './driver.js';
import type { Durability } from './durability.js';
import { EventDelivery } from './event-delivery.js';
import { Group, GroupStatements } from './group.js';
import { GroupCommit } from './group-commit.js';
import { HintWatch } from './hint-watch.js';
import { Inboxes } from './inboxes.js';
import { InstanceHeads } from './instance-heads.js';
import { JournalWriter } from './journal-writer.js';
import { LocalNodes } from './local-nodes.js';
import { MailReader } from './mail-reader.js';
import { MendWatch } from './mend-watch.js';
import { NodeRegistry } from './node-registry.js';
import { Ownership } from './ownership.js';
import { Publishing } from './publishing.js';
import { Questions } from './questions.js';
import type { Refusal } from './refusal.js';
import { Retention } from './retention.js';
import { Signalling } from './signalling.js';
import { Slots } from './slots.js';
import { storeErrorOf } from './sqlite-errors.js';
import { StatisticsReader } from './statistics.js';
import { TellingReader } from './telling.js';

export interface OpenStoreParts {
  readonly driver: Driver;
  readonly durability: Durability;
  readonly opener: Opener;
  readonly path: string;
  readonly condition: Condition;
  readonly hints: Hints;
  readonly now: () => number;
}

/** Everything that lives as long as the file is open: one object for each family of operations, wired together. */
export class OpenStore {
  readonly local = new LocalNodes();
  readonly ownership = new Ownership();
  readonly slots: Slots;
  readonly creating: Creating;
  readonly claiming: Claiming;
  readonly committing: Committing;
  readonly controlling: Controlling;
  readonly signalling: Signalling;
  readonly publishing: Publishing;
  readonly registry: NodeRegistry;
  readonly mail: MailReader;
  readonly questions: Questions;
  readonly telling: TellingReader;
  readonly definitions: Definitions;
  readonly statistics: StatisticsReader;
  readonly retention: Retention;
  readonly audit: AuditWriter;
  readonly sealing: AuditSealing;
  readonly trail: AuditReader;
  readonly groups: GroupCommit;
  readonly watch: HintWatch;
  readonly mending: MendWatch;

  readonly commit = (group: Group, asked: Commit): CommitReceipt | Refusal =>
    this.committing.commit(group, asked);

  constructor(readonly parts: OpenStoreParts) {
    const { driver, opener, path } = parts;
    this.slots = new Slots(driver);
    const { local, ownership, slots } = this;
    const journal = new JournalWriter(driver);
    const inboxes = new Inboxes(driver);
    const delivery = new EventDelivery(driver, inboxes);
    const heads = new InstanceHeads(driver);
    const choosing = new Choosing(driver, slots);
    const audit = new AuditWriter(driver);
    this.audit = audit;
    this.creating = new Creating(driver, { journal, local, ownership, slots, audit });
    this.claiming = new Claiming(driver, { choosing, slots, inboxes, local, ownership });
    this.committing = new Committing({ heads, journal, inboxes, delivery, local, ownership, slots, audit });
    this.controlling = new Controlling(driver, audit);
    this.signalling = new Signalling(driver, inboxes, delivery, audit);
    this.publishing = new Publishing(driver, delivery, audit);
    this.registry = new NodeRegistry(driver, { opener, path, local, ownership });
    this.mail = new MailReader(driver, inboxes, local);
    this.questions = new Questions(driver);
    this.telling = new TellingReader(driver);
    this.definitions = new Definitions(driver);
    this.statistics = new StatisticsReader(driver);
    this.sealing = new AuditSealing(driver);
    this.trail = new AuditReader(driver);
    this.retention = new Retention(driver);
    this.groups = this.newGroups();
    this.watch = this.newWatch();
    this.mending = new MendWatch(driver, parts.condition, this.groups);
  }

  private newGroups(): GroupCommit {
    const { driver, durability, path, condition, now, hints } = this.parts;
    const statements = new GroupStatements(driver);
    return new GroupCommit({
      path,
      driver,
      durability,
      condition,
      newGroup: () => new Group(now(), statements, this.local),
      forget: () => this.ownership.clear(),
      announce: (group) => {
        group.noteRings();
        if (group.due) hints.emitToOthers('due');
        if (group.mail) hints.emit('mail');
      },
    });
  }

  private newWatch(): HintWatch {
    const { driver, path, condition, now, hints } = this.parts;
    return new HintWatch(
      {
        driver,
        now,
        nextDueAt: () => this.claiming.nextDueAt(undefined),
        heldSlots: () => this.slots.heldWhereQueued(),
        wasRung: () => this.local.ids.filter((nodeId) => this.mail.takeRing(nodeId)).length > 0,
        onDue: () => hints.emit('due'),
        onMail: () => hints.emit('mail'),
        onError: (error) => condition.degraded((storeErrorOf(error, path) ?? (error as Error)).message),
      },
      () => this.local.ids,
    );
  }
}
