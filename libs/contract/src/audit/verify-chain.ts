import type { AuditChain, AuditLink, ChainPlace } from './audit-entry.js';
import { auditHash } from './audit-hash.js';

/** `changed`: an entry or a hash; `missing`: an entry or its place is gone; `reordered`: two have changed places. */
export interface BrokenLink {
  readonly sequence: number;
  readonly what: 'changed' | 'missing' | 'reordered';
}

/**
 * Follows one chain from its base, a page of links at a time, in order of their sequence.
 *
 *   whole ──a link that does not fit──▶ broken: what comes behind it is not looked at
 */
export class ChainCheck {
  private place: ChainPlace;
  private position = 0;
  private found: BrokenLink | null = null;

  constructor(private readonly chain: AuditChain) {
    this.place = chain.base;
  }

  /** The last link that fits. */
  get sequence(): number {
    return this.place.sequence;
  }

  /** The first link that does not fit. */
  get broken(): BrokenLink | null {
    return this.found;
  }

  /** @returns false: there is no need to go on */
  follow(links: readonly AuditLink[]): boolean {
    for (const [index, link] of links.entries()) {
      if (this.found) return false;
      const what = this.wrongWith(link, links[index + 1]);
      const sequence = this.place.sequence + 1;
      if (what) this.found = { sequence, what };
      else {
        this.place = { sequence, hash: link.hash };
        this.position = link.position;
        this.meetHead();
      }
    }
    return this.found === null;
  }

  /** All links were followed: the chain's head must have been among them. */
  finish(): BrokenLink | null {
    const { head } = this.chain;
    if (!this.found && this.place.sequence < head.sequence) {
      this.found = { sequence: this.place.sequence + 1, what: 'missing' };
    }
    return this.found;
  }

  private wrongWith(link: AuditLink, next: AuditLink | undefined): BrokenLink['what'] | null {
    if (link.sequence !== this.place.sequence + 1 || link.entry === null) return 'missing';
    if (link.position < this.position) return 'reordered';
    if (auditHash(this.chain.name, this.place, link.entry) === link.hash) return null;
    return next && next.position < link.position ? 'reordered' : 'changed';
  }

  private meetHead(): void {
    const { base, head } = this.chain;
    const { sequence, hash } = this.place;
    if (sequence === head.sequence && sequence > base.sequence && hash !== head.hash) {
      this.found = { sequence, what: 'changed' };
    }
  }
}
