import type { ApplicationId, CompanyId } from '../ids.js';
import type { MemberRef } from '../grant/grant.js';
import type { UsedFor } from './usage.js';

export type AuditAction =
  | 'opt-in.began'
  | 'opt-in.denied'
  | 'opt-in.failed'
  | 'opt-in.superseded'
  | 'opted-in'
  | 'pending.began'
  | 'pending.ended'
  | 'refreshed'
  | 'refresh.failed'
  | 'refresh.uncertain'
  | 'refresh.superseded'
  | 'voided'
  | 'suspended'
  | 'resumed'
  | 'clear.began'
  | 'cleared'
  | 'issued-after-clear'
  | 'key.rotated'
  | 'used';

/** Small facts beside an entry. Those of `used` name in `count` whether they are exact, and in `purposes` what was done. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly UsedFor[]>>;

/** One line of a company's history. Never holds a secret. */
export interface AuditEntry {
  readonly company: CompanyId;
  /** From 1, without gaps within a company. */
  readonly seq: number;
  readonly at: Date;
  readonly action: AuditAction;
  readonly application: ApplicationId;
  readonly generation: number;
  /** Who did it; null for what the system or UPS did. */
  readonly actor: MemberRef | null;
  readonly detail: AuditDetail;
}
