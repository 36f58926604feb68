import type { ApplicationId, CompanyId } from '../ids.js';

export type VaultEventType =
  | 'grant.opted_in'
  /** A consent by another UPS.com login waits for an admin; `grant.opted_in` follows when it is confirmed, else the next. */
  | 'grant.pending'
  | 'grant.pending_ended'
  | 'grant.refreshed'
  | 'grant.voided'
  | 'grant.clearing'
  | 'grant.cleared'
  | 'grant.issued_after_clear'
  /** The grant's token set is under another master key now. */
  | 'key.rotated'
  /** An application cannot be used at UPS as it should, for several companies as a rule. The operator is to know. */
  | 'application.troubled'
  /** The database was restored, promoted or copied: every grant is suspended until the operator confirms. */
  | 'database.moved';

/** Something that happened to a grant, as it leaves the outbox. Holds no secret. */
export interface VaultEvent {
  /** The same at every delivery of the event. Within one grant, later events have larger ids. */
  readonly id: string;
  readonly type: VaultEventType;
  readonly company: CompanyId;
  readonly application: ApplicationId;
  readonly generation: number;
  readonly at: Date;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
  /** The newest entry of the company's audit chain as the change left it: kept elsewhere, it shows a chain that was cut off later. */
  readonly audit: { readonly seq: number; readonly hash: string } | null;
}
