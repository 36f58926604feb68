import { TooManyRequests } from '@wayleave/platform/errors';

import type { Member } from '../sign-in/member.js';
import type { SuiteContext } from '../suite.js';

/** How many members are added by way of the page: each is sent a mail, also to whom does not want it. */
export const newMemberLimits = {
  perAdmin: { limit: 30, windowMs: 60 * 60_000 },
  perCompany: { limit: 60, windowMs: 60 * 60_000 },
} as const;

/** Counts a member whom an admin is about to add. Throws TooManyRequests. */
export async function countNewMember({ throttle }: Pick<SuiteContext, 'throttle'>, admin: Pick<Member, 'id' | 'companyId'>): Promise<void> {
  try {
    await throttle.hit(`new member by ${admin.id}`, newMemberLimits.perAdmin);
    await throttle.hit(`new member of ${admin.companyId}`, newMemberLimits.perCompany);
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const minutes = Math.ceil(error.retryAfterSeconds / 60);
    throw new TooManyRequests(error.retryAfterSeconds, `Each new member is sent a mail, so only so many can be added in an hour. Nobody was added. Wait ${minutes} minutes, then go on.`);
  }
}
