import type { Parcel } from '../world/parcel.js';
import type { Caller } from './caller.js';

/** What a caller has to do with a parcel, in UPS's words; nothing for strangers. */
export function relationsTo(parcel: Parcel, caller: Pick<Caller, 'accounts'>): string[] {
  const has = (account: string | null) => account !== null && caller.accounts.includes(account);
  return [
    ...(has(parcel.account) ? ['SHIPPER', 'MYC_BUS_OUTBOUND'] : []),
    ...(has(parcel.consignee.account) ? ['MYC_BUS_INBOUND'] : []),
  ];
}

/** Whether a caller may see signature, letter and photo: its account ships, receives or pays (UPS-API/api-documentation#57). */
export function isRelated(parcel: Parcel, caller: Pick<Caller, 'accounts'>): boolean {
  return relationsTo(parcel, caller).length > 0 || caller.accounts.includes(parcel.billTo.account);
}
