import type { ApplicationId, CompanyId, MemberId } from '../ids.js';

/** `clearing` lasts until the last call was cut off; `needs-opt-in` means that UPS refuses the grant. */
export type GrantState = 'none' | 'authorized' | 'needs-opt-in' | 'clearing' | 'cleared';

export type EndReason = 'password-or-withdrawal' | 'refresh-refused' | 'answer-lost' | 'cleared';

/** Why a grant cannot be refreshed or used right now although UPS has not refused it. */
export type TroubleKind = 'throttled' | 'unreachable' | 'client-refused' | 'blocked-merchant' | 'uncertain';

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
  readonly endedAt: Date | null;
  readonly endedBy: MemberRef | null;
  readonly endReason: EndReason | null;
  readonly trouble: { readonly kind: TroubleKind; readonly since: Date } | null;
}
