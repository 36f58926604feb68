import { parcelState, type Parcel, type ParcelState } from '../world/parcel.js';
import { createWorld, type World } from '../world/world.js';

/** The world of a stand-in that nobody gave another seed or size. The documented samples set off at another time there. */
export function standingWorld(): World {
  return createWorld({ beginsAt: new Date(0), seed: 1_907, size: 2_000 });
}

/** What comes in batches, one after the other. */
export function* allOf<T>(batches: Iterable<readonly T[]>): Generator<T> {
  for (const batch of batches) yield* batch;
}

/** The newest parcel that is as wanted at an instant, with its state. */
export function parcelThat(world: World, at: Date, fits: (parcel: Parcel, state: ParcelState) => boolean): { parcel: Parcel; state: ParcelState } {
  for (const parcel of allOf(world.parcels(at, 200))) {
    const state = parcelState(parcel, at);
    if (state && !parcel.references.some(({ value }) => value.startsWith('SAMPLE')) && fits(parcel, state)) return { parcel, state };
  }
  throw new Error('the world has no such parcel now');
}
