import type { VaultContext } from './context.js';
import { WrongMasterKey } from './errors.js';
import { grantName, type GrantKey } from './ids.js';
import { delay, type Deadline } from './lease/deadline.js';

/**
 * Writes what UPS said, again and again until the deadline: it is in memory alone, and a database that fails for a moment must
 * not lose it. A commit may have been carried out unheard: `write` has to know what it did before.
 */
export async function persist<T>({ logger }: VaultContext, key: GrantKey, what: string, deadline: Deadline, write: () => Promise<T>): Promise<T> {
  for (let waitMs = 50; ; waitMs *= 2) {
    try {
      return await write();
    } catch (error) {
      // A process whose key was retired does not get another by waiting.
      if (error instanceof WrongMasterKey || deadline.remainingMs < waitMs) throw error;
      logger.error({ err: error, grant: grantName(key) }, `${what} could not be stored; trying again`);
      await delay(waitMs);
    }
  }
}
