/** What a look at a place has come to. */
export type Looked<Thing> = { readonly found: Thing } | { readonly whyNot: string };

/** Where something that the tests need may be. */
export interface Place<Thing> {
  /** As the report names it. */
  readonly name: string;
  /** @throws what should have been usable and is not: that is told, not passed over */
  look(): Looked<Thing> | Promise<Looked<Thing>>;
}

export interface Search<Thing> {
  readonly found: Thing | null;
  /** Name of the place that had it; empty when none had. */
  readonly place: string;
  /** Why the places before it had none, in their order. */
  readonly passedOver: readonly string[];
}

/** Looks from place to place until there is one that has it. */
export async function findFirst<Thing>(places: readonly Place<Thing>[]): Promise<Search<Thing>> {
  const passedOver: string[] = [];
  for (const place of places) {
    const looked = await place.look();
    if ('found' in looked) return { found: looked.found, place: place.name, passedOver };
    passedOver.push(looked.whyNot);
  }
  return { found: null, place: '', passedOver };
}
