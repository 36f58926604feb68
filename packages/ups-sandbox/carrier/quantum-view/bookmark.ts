/** Where a request goes on: at a file of one of its subscriptions, or (`null`) with what is unread by then. */
export interface Bookmark {
  readonly subscriberId: string;
  readonly at: { readonly selection: number; readonly subscription: string; readonly file: string } | null;
}

/**
 * The bookmark as UPS describes it, base64 of the SubscriberID alone for what is unread, and of SubscriberID, subscription
 * and file for all data (QuantumView.yaml).
 */
export function writeBookmark({ subscriberId, at }: Bookmark): string {
  const parts = at === null ? [subscriberId] : [subscriberId, at.subscription, at.file, String(at.selection)];
  return Buffer.from(parts.join('|'), 'latin1').toString('base64');
}

/** What a bookmark says; null when it is none. */
export function readBookmark(text: string): Bookmark | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  const [subscriberId = '', subscription, file, selection, ...more] = Buffer.from(text, 'base64').toString('latin1').split('|');
  if (subscriberId === '' || more.length > 0) return null;
  if (subscription === undefined) return { subscriberId, at: null };
  if (file === undefined || selection === undefined || !/^\d{1,4}$/.test(selection)) return null;
  return { subscriberId, at: { selection: Number(selection), subscription, file } };
}
