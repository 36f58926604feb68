import type { Logger } from '@wayleave/platform/logging';
import { grantName, type GrantKey } from './ids.js';

/**
 * Does the same about one grant after the other. One that fails stops none of those behind it, as a company would whose
 * grant or audit chain cannot be written: it is tried again at a later look.
 */
export async function eachAlone<K extends GrantKey>(logger: Logger, what: string, keys: readonly K[], work: (key: K) => Promise<unknown>): Promise<void> {
  for (const key of keys) {
    try {
      await work(key);
    } catch (error) {
      logger.warn({ err: error, grant: grantName(key) }, `${what} failed for one grant; it is tried again at a later look`);
    }
  }
}
