import { TooManyRequests } from '@wayleave/platform/errors';
import type { People } from '../people.js';
import { nameKey } from './profile.js';

/**
 * Counts a mail that a stranger can have sent, by what was typed, known or not. Throws TooManyRequests when it was asked
 * for too often: nobody's mailbox is to be flooded from here.
 */
export async function countMail(people: People, typed: string): Promise<void> {
  const { mailsPerAddress: limit, attemptWindowMs: windowMs } = people.settings();
  try {
    await people.throttle.hit(`mail/${nameKey(typed)}`, { limit, windowMs });
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const minutes = Math.ceil(error.retryAfterSeconds / 60);
    throw new TooManyRequests(error.retryAfterSeconds, `This was asked for ${limit} times already. Look into the mailbox, or wait ${minutes} minutes and ask again.`);
  }
}
