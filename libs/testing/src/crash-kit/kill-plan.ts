import type { SeededRandom } from './seeded-random.js';
import type { StopOrder } from './stop-points.js';

/** How one life of a process ends. */
export type Kill =
  /** By a SIGKILL from outside, so long after it began to work. */
  | { readonly kind: 'moment'; readonly afterMs: number }
  /** By its own hand at a named place. */
  | { readonly kind: 'point'; readonly order: StopOrder };

export interface KillPlanOptions {
  readonly kills: number;
  /** Every one of them is planned at least `perPoint` times, whatever `kills` says. */
  readonly points: readonly string[];
  readonly perPoint: number;
  /** Points that a life passes only once or so: always killed at their first passing. */
  readonly rare: readonly string[];
  /** Bounds of a random moment, in ms. */
  readonly momentMs: readonly [least: number, most: number];
  /** Bounds of the passing at which a point kills. */
  readonly passing: readonly [least: number, most: number];
}

/** Ways to die, in random order: all named points, and random moments for the rest. Pure. */
export function planKills(random: SeededRandom, options: KillPlanOptions): Kill[] {
  const named = options.points.flatMap((point) =>
    Array.from({ length: options.perPoint }, (): Kill => {
      const passing = options.rare.includes(point) ? 1 : random.int(...options.passing);
      return { kind: 'point', order: { point, passing, signal: 'SIGKILL' } };
    }),
  );
  const moments = Array.from({ length: Math.max(0, options.kills - named.length) }, (): Kill => {
    return { kind: 'moment', afterMs: random.int(...options.momentMs) };
  });
  return random.shuffle([...named, ...moments]);
}
