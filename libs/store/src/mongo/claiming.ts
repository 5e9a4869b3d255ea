import { NodeFencedError } from '@workflow-runner/contract';
import type { ClaimRequest, InstanceRecord, InstanceStatus } from '@workflow-runner/contract';
import type { LoadedInstance, NodeIdentity } from '@workflow-runner/contract';
import { randomUUID } from 'node:crypto';
import { claimedAs } from '../shared/standing.js';
import type { Choice, Choosing } from './choosing.js';
import type { Creating } from './creating.js';
import type { InstanceDoc } from './documents.js';
import type { Change } from './driver.js';
import type { Freeing } from './freeing.js';
import type { NodeRegistry } from './node-registry.js';
import { ownedOf, type Ownership } from './ownership.js';
import type { Base, EventsPart, SlotsPart } from './parts.js';
import { IMAGE, ownerDoc, toLoaded, withoutImage } from './records.js';
import { NOT_DUE, updateOf } from './standing-terms.js';

/** How often a claim looks again when others were faster. */
const MAX_ROUNDS = 10;
const NONE: ReadonlySet<string> = new Set();

const GOES_ON: readonly InstanceStatus[] = ['pending', 'running', 'waiting'];

export interface ClaimingParts {
  readonly creating: Pick<Creating, 'settled'>;
  readonly choosing: Choosing;
  readonly nodes: NodeRegistry;
  readonly freeing: Freeing;
  readonly ownership: Ownership;
  readonly slots: SlotsPart;
  readonly events: Pick<EventsPart, 'catchUp'>;
}

/** Taking ownership: choose, take each by an update that matches only what was chosen, read back what was got. */
export class Claiming {
  private line: Promise<unknown> = Promise.resolve();
  /** Claims of which it is not known what they have taken, by token. */
  private readonly unsure = new Map<string, NodeIdentity>();

  constructor(
    private readonly base: Base,
    private readonly parts: ClaimingParts,
  ) {}

  /** One at a time, so that those of one process do not choose the same. */
  claim(node: NodeIdentity, request: ClaimRequest): Promise<LoadedInstance[]> {
    const claimed = this.line.then(() => this.claimUpTo(node, request));
    this.line = claimed.catch(() => undefined);
    return claimed;
  }

  /** Where others were faster, it looks again. */
  private async claimUpTo(node: NodeIdentity, request: ClaimRequest): Promise<LoadedInstance[]> {
    // A start that was asked for before may be what it is to find.
    await Promise.all([this.refuseDead(node), this.parts.creating.settled()]);
    await this.giveUpUnsure();
    const taken: LoadedInstance[] = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const left = { ...request, limit: request.limit - taken.length };
      const choices = await this.parts.choosing.choose(left, round);
      const got = choices.length === 0 ? [] : await this.take(node, left, choices);
      taken.push(...got);
      if (got.length === choices.length) break;
    }
    return taken;
  }

  private async take(
    node: NodeIdentity,
    request: ClaimRequest,
    choices: readonly Choice[],
  ): Promise<LoadedInstance[]> {
    await this.catchUp(choices);
    const token = randomUUID();
    const now = this.base.now();
    const changes = choices.map((choice) => taking(choice, node, token, now));
    // Until it is known what was got; after an error it never is.
    this.unsure.set(token, node);
    await this.base.driver.bulkUpdate('instances', changes, false);
    const got = await this.readBack(choices, token, request);
    // Its death may have been declared meanwhile: then whoever took over has perhaps not seen these.
    if (!(await this.parts.nodes.isAlive(node))) await this.giveUpUnsure();
    await this.refuseDead(node);
    this.unsure.delete(token);
    const late = await this.settleSlots(choices, got, node, token);
    return choices.flatMap(({ doc }) => {
      const taken = late.has(doc._id) ? undefined : got.get(doc._id);
      if (!taken) return [];
      this.own(node, taken);
      return [isImage(taken) ? toLoaded(taken) : withoutImage(taken)];
    });
  }

  /** A plain commit leaves `waiting` where it is: only its owner knows better, and says so here. */
  async markRunning(
    node: NodeIdentity,
    instances: readonly Pick<InstanceRecord, 'id' | 'fence'>[],
  ): Promise<void> {
    const updated = this.base.now();
    const begun = { $set: { st: 'running', sr: null, updated } };
    const changes = instances.map(({ id: _id, fence }) => ({
      filter: { _id, 'o.n': node.nodeId, 'o.e': node.epoch, fence, st: 'waiting' },
      update: begun,
    }));
    await this.base.driver.bulkUpdate('instances', changes, false);
  }

  /** Gives back what was taken without this object knowing of it, because an answer was lost. */
  private async giveUpUnsure(): Promise<void> {
    for (const [token, node] of this.unsure) {
      await this.parts.freeing.free(node, false, { tok: token });
      this.unsure.delete(token);
    }
  }

  private async refuseDead(node: NodeIdentity): Promise<void> {
    if (!(await this.parts.nodes.isAlive(node))) throw new NodeFencedError(node.nodeId, node.epoch);
  }

  /** Whoever subscribed may have been cut off before it looked for events that came meanwhile. */
  private async catchUp(choices: readonly Choice[]): Promise<void> {
    const behind = choices.filter(({ doc }) => doc.cu === 1).map(({ doc }) => doc._id);
    if (behind.length > 0) await this.parts.events.catchUp(behind);
  }

  private async readBack(
    choices: readonly Choice[],
    token: string,
    { cached }: ClaimRequest,
  ): Promise<ReadonlyMap<string, InstanceDoc>> {
    // Nobody changes its revision without having owned it, and then the token is another.
    const known = new Set(
      choices.filter(({ doc }) => cached?.(doc._id) === doc.rev).map(({ doc }) => doc._id),
    );
    const ids = choices.map(({ doc }) => doc._id);
    const { driver } = this.base;
    const [whole, headers] = await Promise.all([
      driver.find(
        'instances',
        { _id: { $in: ids.filter((id) => !known.has(id)) }, tok: token },
        { projection: IMAGE },
      ),
      known.size === 0
        ? []
        : driver.find(
            'instances',
            { _id: { $in: [...known] }, tok: token },
            { projection: { snap: 0, 'log.ch': 0, 'log.a': 0, 'log.c': 0, subs: 0, sig: 0 } },
          ),
    ]);
    return new Map([...whole, ...headers].map((doc) => [doc._id, doc]));
  }

  /** @returns those that came too late for their slots: they have been given up again */
  private async settleSlots(
    choices: readonly Choice[],
    got: ReadonlyMap<string, InstanceDoc>,
    node: NodeIdentity,
    tok: string,
  ): Promise<ReadonlySet<string>> {
    const holds = choices.flatMap(({ hold }) => hold ?? []);
    if (holds.length === 0) return NONE;
    const late = await this.parts.slots.settle(holds, (id) => got.has(id));
    if (late.size > 0) await this.parts.freeing.free(node, false, { _id: { $in: [...late] }, tok });
    return late;
  }

  private own(node: NodeIdentity, doc: InstanceDoc): void {
    if (!this.parts.nodes.isLocal(node)) return;
    this.parts.ownership.set(doc._id, ownedOf(node, doc));
  }
}

/** Only of what nobody has owned since it was chosen, and that stands as it did. */
function taking({ doc, hold, isAhead }: Choice, node: NodeIdentity, tok: string, now: number): Change {
  const { _id, st, sr, fence, started } = doc;
  const { status, statusReason } = claimedAs({ status: st, statusReason: sr });
  const begins = { st: status, sr: statusReason, started: started ?? now, q: undefined, slot: hold?.slot };
  return {
    // Whoever found no slot for its workflow meanwhile has made it pending; it is the same to this node.
    filter: { _id, o: null, fence, st: status === 'running' && !isAhead ? { $in: GOES_ON } : st },
    update: updateOf(
      { o: ownerDoc(node), tok, updated: now, ...NOT_DUE, ...(isAhead ? {} : begins) },
      { $inc: { fence: 1 } },
    ),
  };
}

/** Whether its state was read, too. */
function isImage(doc: Partial<Pick<InstanceDoc, 'snap'>>): boolean {
  return doc.snap !== undefined;
}
