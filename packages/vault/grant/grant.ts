import type { Selectable } from 'kysely';
import type { ApplicationId, CompanyId, GrantKey, MemberId } from '../ids.js';
import type { PendingConsent } from '../opt-in/pending.js';
import type { GrantRow, PendingConsentTable } from '../tables.js';

/**
 * `clearing` lasts until the last call was cut off; `needs-opt-in` means that UPS refuses the grant; `suspended`, that the
 * database may be an older state of itself, and the operator has to say whether the grant still holds.
 */
export type GrantState = 'none' | 'authorized' | 'suspended' | 'needs-opt-in' | 'clearing' | 'cleared';

export type EndReason = 'password-or-withdrawal' | 'refresh-refused' | 'answer-lost' | 'cleared';

/** Why a grant cannot be refreshed or used right now although UPS has not refused it. */
export type TroubleKind = 'throttled' | 'unreachable' | 'ups-fault' | 'client-refused' | 'blocked-merchant' | 'uncertain';

/** A member as the vault remembers one: the label is what pages show, and stays when the member is gone. */
export interface MemberRef {
  readonly id: MemberId;
  readonly label: string;
}

export interface GrantView {
  readonly company: CompanyId;
  readonly application: ApplicationId;
  readonly state: GrantState;
  /** The number of the living consent, or of the Clear that ended it. Pages send it back with Clear. */
  readonly generation: number;
  readonly optedInBy: MemberRef | null;
  readonly since: Date | null;
  readonly accessTokenExpiresAt: Date | null;
  readonly refreshTokenExpiresAt: Date | null;
  readonly nextRefreshAt: Date | null;
  readonly lastUseAt: Date | null;
  readonly suspendedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endedBy: MemberRef | null;
  readonly endReason: EndReason | null;
  /** A consent by another UPS.com login that waits for an admin's decision. */
  readonly pending: PendingConsent | null;
  readonly trouble: { readonly kind: TroubleKind; readonly since: Date } | null;
}

/** What a new consent starts with, and what a Clear leaves: no trouble, no doubts. */
export const untroubled = {
  failures: 0, trouble: null, trouble_since: null, trouble_at: null, refused_since: null, refused_refreshes: 0,
} as const;

type GrantWithTimes = GrantRow & {
  readonly access_expires_at: Date | null;
  readonly refresh_expires_at: Date | null;
  /** The newest call that was counted under a lease which is still held. */
  readonly last_call_at: Date | null;
};

type PendingRow = Selectable<PendingConsentTable>;

/** What callers may see of a grant. */
export function viewOf(row: GrantWithTimes, pending: PendingRow | null): GrantView {
  return {
    company: row.company_id,
    application: row.application,
    state: row.state,
    generation: row.generation,
    optedInBy: member(row.opted_in_by_id, row.opted_in_by_label),
    since: row.since,
    accessTokenExpiresAt: row.access_expires_at,
    refreshTokenExpiresAt: row.refresh_expires_at,
    nextRefreshAt: row.next_refresh_at,
    lastUseAt: later(row.last_use_at, row.last_call_at),
    suspendedAt: row.suspended_at,
    endedAt: row.ended_at,
    endedBy: member(row.ended_by_id, row.ended_by_label),
    endReason: row.end_reason,
    pending: pending && pendingOf(pending),
    trouble: row.trouble === null || row.trouble_since === null ? null : { kind: row.trouble, since: row.trouble_since },
  };
}

/** A grant that nobody ever opted in to. */
export function noGrantView({ company, application }: GrantKey): GrantView {
  return {
    company, application, state: 'none', generation: 0, optedInBy: null, since: null, accessTokenExpiresAt: null, refreshTokenExpiresAt: null,
    nextRefreshAt: null, lastUseAt: null, suspendedAt: null, endedAt: null, endedBy: null, endReason: null, pending: null, trouble: null,
  };
}

/** What callers may see of a pending consent. */
export function pendingOf(row: PendingRow): PendingConsent {
  return { number: row.number, optedInBy: { id: row.member_id, label: row.member_label }, arrivedAt: row.arrived_at, expiresAt: row.expires_at };
}

function later(a: Date | null, b: Date | null): Date | null {
  return a !== null && (b === null || a > b) ? a : b;
}

function member(id: MemberId | null, label: string | null): MemberRef | null {
  return id === null || label === null ? null : { id, label };
}
