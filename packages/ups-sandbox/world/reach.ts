import type { Place } from './place.js';

/** Between which places a service goes. */
export type Reach = (from: Place, to: Place) => boolean;

const mainland = ({ country, state }: Place) => country === 'US' && state !== 'HI';

export const withinStates: Reach = (from, to) => from.country === 'US' && to.country === 'US';
export const overLand: Reach = (from, to) => mainland(from) && mainland(to);
export const acrossBorder: Reach = (from, to) => from.country !== to.country;
export const abroad: Reach = (from, to) => acrossBorder(from, to) || from.country !== 'US';
/** Abroad on one continent: within it trucks go everywhere. */
export const neighbours: Reach = (from, to) => abroad(from, to) && [from, to].every(({ country }) => country === 'US' || country === 'CA');
