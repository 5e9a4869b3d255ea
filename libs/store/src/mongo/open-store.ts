import { Audit } from './audit.js';
import { CatchingUp } from './catching-up.js';
import { Checking } from './checking.js';
import { Choosing } from './choosing.js';
import { Claiming } from './claiming.js';
import { momentOf } from './commit-decision.js';
import { CommitLine } from './commit-line.js';
import { Committing } from './committing.js';
import { Controlling } from './controlling.js';
import { Creating } from './creating.js';
import { Cursors } from './cursors.js';
import { Definitions } from './definitions.js';
import { EventDelivery } from './event-delivery.js';
import { Events } from './events.js';
import { Freeing } from './freeing.js';
import { HintWatch } from './hint-watch.js';
import { JournalReader } from './journal-reader.js';
import { JournalTrim } from './journal-trim.js';
import { Ledger } from './ledger.js';
import { Loading } from './loading.js';
import { Mailing } from './mailing.js';
import { NodeRegistry } from './node-registry.js';
import { Ownership } from './ownership.js';
import type { Base } from './parts.js';
import type * as Parts from './parts.js';
import { PlainWriter } from './plain-writer.js';
import { Publishing } from './publishing.js';
import { Questions } from './questions.js';
import { Releasing } from './releasing.js';
import { Retention } from './retention.js';
import { Rings } from './rings.js';
import { Roles } from './roles.js';
import { Signalling } from './signalling.js';
import { Slots } from './slots.js';
import { Statistics } from './statistics.js';
import { Sweeping } from './sweeping.js';

/** Everything that lives as long as the store is open: one object for each family of operations, wired together. */
export class OpenStore {
  readonly events: Parts.EventsPart;
  readonly definitions: Parts.DefinitionsPart;
  readonly questions: Parts.QuestionsPart;
  readonly retention: Parts.RetentionPart;
  readonly checking: Parts.CheckingPart;
  readonly watch: Parts.WatchPart;
  readonly ledger: Parts.LedgerPart;
  readonly statistics: Parts.StatisticsPart;
  readonly roles: Parts.RolesPart;
  readonly cursors: Parts.CursorsPart;
  readonly audit: Parts.AuditPart;
  readonly slots: Parts.SlotsPart;
  readonly nodes: NodeRegistry;
  readonly creating: Creating;
  readonly choosing: Choosing;
  readonly claiming: Claiming;
  readonly commits: CommitLine;
  readonly releasing: Releasing;
  readonly controlling: Controlling;
  readonly signalling: Signalling;
  readonly loading: Loading;
  readonly sweeping: Sweeping;
  private readonly committing: Committing;

  constructor(base: Base) {
    const ownership = new Ownership();
    const rings = new Rings(base.driver);
    const ledger = new Ledger(base);
    this.ledger = ledger;
    this.statistics = new Statistics(base, ledger);
    this.roles = new Roles(base);
    this.cursors = new Cursors(base);
    this.audit = new Audit(base, ledger);
    this.slots = new Slots(base);
    const delivery = new EventDelivery(base, rings);
    this.events = new Events(new Publishing(base, delivery, rings), new CatchingUp(base, delivery));
    this.definitions = new Definitions(base);
    this.questions = new Questions(base, new JournalReader(base));
    this.retention = new Retention(base, ledger, this.audit);
    this.checking = new Checking(base, ledger, this.audit);

    const { slots, events } = this;
    const freeing = new Freeing(base, slots);
    const nodes = new NodeRegistry(base, freeing, ownership);
    const mailing = new Mailing(base, rings);
    const trim = new JournalTrim(base, this.ledger);
    this.nodes = nodes;
    this.creating = new Creating(base, { nodes, ownership, slots, freeing });
    this.choosing = new Choosing(base, slots, events);
    this.claiming = new Claiming(base, {
      choosing: this.choosing,
      creating: this.creating,
      ...{ nodes, freeing, ownership, slots, events },
    });
    this.committing = new Committing(base, { nodes, ownership, slots, events, trim });
    this.commits = new CommitLine({
      ownership,
      writer: new PlainWriter(base, nodes, slots),
      committing: this.committing,
      moment: () => momentOf(base),
    });
    this.releasing = new Releasing(base, ownership, slots);
    this.controlling = new Controlling(base, mailing);
    this.signalling = new Signalling(base, mailing);
    this.loading = new Loading(base, nodes);
    this.sweeping = new Sweeping(nodes, events);
    this.watch = new HintWatch(base, {
      toldRings: () => nodes.toldRings(),
      nextDueAt: () => this.choosing.nextDueAt(undefined),
      isSlotFree: () => slots.isOneFree(),
    });
  }

  /** Finishes what is under way. */
  async close(): Promise<void> {
    await this.watch.stop();
    await this.commits.close();
    await this.committing.close();
    await this.sweeping.settled();
  }
}
