import type { ColumnType, Generated, GeneratedAlways, Selectable } from 'kysely';
import type { AuditAction, AuditDetail } from './audit/audit.js';
import type { UsedFor } from './audit/usage.js';
import type { EndReason, GrantState, TroubleKind } from './grant/grant.js';
import type { ApplicationId, CompanyId, MemberId } from './ids.js';
import type { VaultEventType } from './outbox/outbox.js';

/** Small facts beside an event. Never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

type Json<T> = ColumnType<T, string, string>;

interface OfGrant {
  company_id: CompanyId;
  application: ApplicationId;
}

export interface GrantTable extends OfGrant {
  state: Generated<GrantState>;
  drawn: Generated<number>;
  generation: Generated<number>;
  last_clear: Generated<number>;
  version: Generated<number>;
  opted_in_by_id: MemberId | null;
  opted_in_by_label: string | null;
  since: Date | null;
  ended_at: Date | null;
  ended_by_id: MemberId | null;
  ended_by_label: string | null;
  end_reason: EndReason | null;
  clearing_since: Date | null;
  calls_cut_off: Generated<number>;
  last_call_ended_at: Date | null;
  last_use_at: Date | null;
  next_refresh_at: Date | null;
  next_probe_at: Date | null;
  failures: Generated<number>;
  trouble: TroubleKind | null;
  trouble_since: Date | null;
  trouble_at: 'refresh' | 'use' | null;
  refused_since: Date | null;
  refused_refreshes: Generated<number>;
  suspended_at: Date | null;
  suspension_noted: Generated<boolean>;
}

export type GrantRow = Selectable<GrantTable>;

export interface TokenSetTable extends OfGrant {
  generation: number;
  version: number;
  data_key_id: string;
  master_key_id: string;
  wrapped_key: Buffer;
  access_token: Buffer;
  refresh_token: Buffer;
  issued_at: Date;
  access_expires_at: Date;
  refresh_expires_at: Date | null;
}

export interface IssuedTokenTable extends OfGrant {
  id: GeneratedAlways<string>;
  generation: number;
  version: number;
  came_by: 'opt-in' | 'refresh';
  opted_in_by_id: MemberId;
  opted_in_by_label: string;
  fingerprint: string;
  created_at: Date;
  expires_at: Date;
  fate: IssuedTokenFate;
}

export type IssuedTokenFate = 'in use' | 'replaced' | 'destroyed by Clear' | 'voided' | 'never stored' | 'waiting' | 'never used';

export interface MasterKeyTable {
  master_key_id: string;
  proof: Buffer;
  created_at: Generated<Date>;
}

export interface ApplicationTroubleTable {
  application: ApplicationId;
  kind: TroubleKind;
  since: Date;
  last_seen_at: Date;
}

export interface HomeTable {
  singleton: Generated<boolean>;
  server: string;
  files: string | null;
  noted_at: Date;
  suspended_at: Date | null;
}

export interface PaceTable {
  application: ApplicationId;
  used_up_to: number;
}

export interface OptInTable extends OfGrant {
  state_hash: Buffer;
  environment: string;
  session_hash: Buffer;
  member_id: MemberId;
  member_label: string;
  verifier: Buffer | null;
  last_clear: number;
  created_at: Date;
  expires_at: Date;
  consumed_at: Date | null;
}

export interface PendingConsentTable extends OfGrant {
  number: number;
  member_id: MemberId;
  member_label: string;
  arrived_at: Date;
  expires_at: Date;
  data_key_id: string;
  master_key_id: string;
  wrapped_key: Buffer;
  access_token: Buffer;
  refresh_token: Buffer;
  issued_at: Date;
  access_expires_at: Date;
  refresh_expires_at: Date | null;
}

export interface LoginTable extends OfGrant {
  generation: number;
  client_id: string;
  key_id: string;
  master_key_id: string;
  wrapped_key: Buffer;
  sub_hash: Buffer | null;
  uuid_hash: Buffer | null;
}

export interface LeaseTable extends OfGrant {
  generation: number;
  instance_id: string;
  take_id: string;
  taken_at: Date;
  until: Date;
  given_back_at: Date | null;
  calls: Generated<number>;
  calls_cut_off: Generated<number>;
  last_call_ended_at: Date | null;
}

export interface AccountSubscriptionTable extends OfGrant {
  account: string;
  subscribed_at: Date;
  ended_by: number | null;
}

export interface RedemptionTable extends OfGrant {
  id: string;
  generation: number;
  version: number;
  instance_id: string;
  phase: 'pending' | 'uncertain';
  recovery: Generated<boolean>;
  attempts: Generated<number>;
  deadline_at: Date;
  next_attempt_at: Date | null;
}

export interface AuditEntryTable extends OfGrant {
  seq: string;
  at: Date;
  action: AuditAction;
  generation: number;
  actor_id: MemberId | null;
  actor_label: string | null;
  detail: Json<AuditDetail>;
  previous_hash: Buffer;
  hash: Buffer;
}

export interface AuditWindowTable extends OfGrant {
  take_id: string;
  generation: number;
  instance_id: string;
  since: Date;
  counted_at: Date;
  last_call_at: Date | null;
  counted: ColumnType<readonly UsedFor[], string | undefined, string>;
  entered: ColumnType<readonly UsedFor[], string | undefined, string>;
  /** When the lease was given back; from then on the counts are exact. */
  closed_at: ColumnType<Date | null, never, never>;
  cut_off: ColumnType<number, never, never>;
}

export interface AuditHeadTable {
  company_id: CompanyId;
  seq: string;
  hash: Buffer;
}

export interface OutboxTable extends OfGrant {
  id: GeneratedAlways<string>;
  type: VaultEventType;
  generation: number;
  at: Date;
  data: Json<Facts>;
  attempts: Generated<number>;
  next_attempt_at: Date;
  delivered_at: Date | null;
  audit_seq: string | null;
  audit_hash: Buffer | null;
}

export interface VaultTables {
  'vault.grant': GrantTable;
  'vault.token_set': TokenSetTable;
  'vault.issued_token': IssuedTokenTable;
  'vault.master_key': MasterKeyTable;
  'vault.application_trouble': ApplicationTroubleTable;
  'vault.home': HomeTable;
  'vault.pace': PaceTable;
  'vault.opt_in': OptInTable;
  'vault.pending_consent': PendingConsentTable;
  'vault.login': LoginTable;
  'vault.lease': LeaseTable;
  'vault.account_subscription': AccountSubscriptionTable;
  'vault.redemption': RedemptionTable;
  'vault.audit_entry': AuditEntryTable;
  'vault.audit_window': AuditWindowTable;
  'vault.audit_head': AuditHeadTable;
  'vault.outbox': OutboxTable;
}
