import { hash, verify, type Options } from '@node-rs/argon2';
import { BadRequest, Unavailable } from '../errors/index.js';
import { longestPassword } from './password-policy.js';

/** argon2id (the library's default algorithm) with OWASP's first parameters: 19 MiB, 2 passes, 1 lane; about 10 ms. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options;
const phcBeginning = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`;

export interface PasswordHasher {
  /** The PHC string to store. */
  hash(password: string): Promise<string>;
  /** Whether the password fits. With `null` (nobody of that name) the same work is done and the answer is false. */
  verify(password: string, stored: string | null): Promise<boolean>;
  /** Whether the hash was made with other parameters than today's, so that the next log-in should replace it (ASVS 11.4.2). */
  outdated(stored: string): boolean;
}

/**
 * Hashes off the event loop, at most `concurrency` at a time, with at most `queue` callers waiting; one more gets
 * Unavailable. Longer passwords than the policy allows are refused (BadRequest) before any work.
 */
export function createPasswordHasher(options: { concurrency?: number; queue?: number } = {}): PasswordHasher {
  const run = boundedQueue(options.concurrency ?? 2, options.queue ?? 200);
  let dummy: Promise<string> | undefined;
  return {
    async hash(password) {
      refuseOverlong(password);
      return run(() => hash(password, parameters));
    },
    async verify(password, stored) {
      refuseOverlong(password);
      const reference = stored ?? (await (dummy ??= run(() => hash('nobody has this password', parameters))));
      const fits = await run(() => verify(reference, password));
      return stored !== null && fits;
    },
    outdated: (stored) => !stored.startsWith(phcBeginning),
  };
}

function refuseOverlong(password: string): void {
  if ([...password].length > longestPassword) throw new BadRequest(`A password has at most ${longestPassword} characters.`);
}

function boundedQueue(concurrency: number, queue: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= concurrency) {
      if (waiting.length >= queue) throw new Unavailable();
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
