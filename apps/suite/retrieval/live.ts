import type { Database } from '@wayleave/platform/database';
import type { GrantKey } from '@wayleave/vault';
import { followedChannel } from './followed-package-store.js';

/** Tells whoever watches when a company's followed packages change. */
export interface LiveFollowed {
  /** Calls `onChange` after each change, at most once per turn of bundling; the returned function stops that. */
  watch(followed: GrantKey, onChange: () => void): () => void;
  close(): Promise<void>;
}

/** Changes that come closer together than this are told once. */
const bundleMs = 250;

/** One LISTEN for the whole process, fanned out to every open page. */
export async function openLiveFollowed(database: Database): Promise<LiveFollowed> {
  const watchers = new Map<string, Set<() => void>>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const tell = (key: string) => {
    waiting.delete(key);
    for (const onChange of watchers.get(key) ?? []) onChange();
  };
  const stopListening = await database.listen(followedChannel, (key) => {
    if (watchers.has(key) && !waiting.has(key)) waiting.set(key, setTimeout(tell, bundleMs, key));
  });
  return {
    watch({ company, application }, onChange) {
      const key = `${application}|${company}`;
      const set = watchers.get(key) ?? new Set();
      watchers.set(key, set.add(onChange));
      return () => {
        set.delete(onChange);
        if (set.size === 0 && watchers.get(key) === set) watchers.delete(key);
      };
    },
    async close() {
      for (const timer of waiting.values()) clearTimeout(timer);
      await stopListening();
    },
  };
}
