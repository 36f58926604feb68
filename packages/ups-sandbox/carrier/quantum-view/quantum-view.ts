import type { Clock } from '@wayleave/platform/clock';
import type { SandboxSettings } from '../../config/settings.js';
import type { Caller } from '../caller.js';
import type { ReportFeed } from '../report-feed.js';
import { readBookmark, writeBookmark, type Bookmark } from './bookmark.js';
import { fileClock, windowOfName, writtenAt, type FileClock } from './file-clock.js';
import { QuantumFailure } from './quantum-failure.js';
import { quantumFiles, type QuantumFile } from './quantum-files.js';
import type { QuantumRequest } from './quantum-request.js';
import type { QuantumSubscription, QuantumSubscriptionStore } from './quantum-subscription-store.js';
import { selectionsOf, type Selection } from './selection.js';

/** Some files of a subscription, as they were before they were handed out. */
export interface SelectedFiles {
  readonly subscription: QuantumSubscription;
  /** What was looked at, in milliseconds since 1970. */
  readonly fromMs: number;
  readonly throughMs: number;
  readonly files: readonly QuantumFile[];
}

export interface QuantumPage {
  readonly clock: FileClock;
  readonly selected: readonly SelectedFiles[];
  /** There is more. */
  readonly bookmark: string | null;
}

/** Records in one answer, but for what the last file has too many. */
const recordsAtOnce = 500;

/** What UPS calls the SubscriberID: the profile's user id. An application on its own behalf has a part of its client id. */
export function subscriberIdOf(caller: Caller): string {
  return caller.kind === 'profile' ? caller.username : caller.clientId.slice(0, 16);
}

/** The name under which subscriptions are kept. */
export function subscriberOf(caller: Pick<Caller & { kind: 'profile' }, 'kind' | 'profileId'> | Pick<Caller & { kind: 'application' }, 'kind' | 'clientId'>): string {
  return caller.kind === 'profile' ? caller.profileId : `application:${caller.clientId}`;
}

export interface QuantumViewDeps {
  readonly subscriptions: QuantumSubscriptionStore;
  readonly reports: ReportFeed;
  readonly clock: Clock;
  readonly settings: SandboxSettings;
}

/** One page of what the caller asks. What was handed out unasked is read from then on. Throws QuantumFailure and UpsRefusal (400). */
export async function readQuantumView(deps: QuantumViewDeps, caller: Caller, request: QuantumRequest): Promise<QuantumPage> {
  const { quantumViewOffsetMinutes, quantumViewRefusesOldRanges } = deps.settings.current();
  const clock = fileClock(quantumViewOffsetMinutes);
  const rules = { clock, nowMs: deps.clock.now().getTime(), refuseOldRanges: quantumViewRefusesOldRanges };
  const subscriptions = await deps.subscriptions.of(subscriberOf(caller));
  const selections = selectionsOf(request.criteria, subscriptions, rules);
  const page = await gather(selections, beginOf(request, caller, selections), (selection, begin) => filesOf(deps, caller, clock, selection, begin));
  const selected: SelectedFiles[] = [];
  for (const each of page.selected) {
    const lost = each.unread && !(await markRead(deps, caller, each));
    selected.push(lost ? { ...each, files: [] } : each);
  }
  if (selected.every(({ files, subscription }) => files.length === 0 && subscription.status === 'A')) throw QuantumFailure.noFiles();
  // Only where nothing but unread files is asked for does the way on begin at the beginning: whatever else there is would come again.
  const at = selections.every(({ unread }) => unread) ? null : page.next;
  return { clock, selected, bookmark: page.next === null ? null : writeBookmark({ subscriberId: subscriberIdOf(caller), at }) };
}

/** A bookmark goes on within the request that it came from: it names a subscription that is asked for at its place. */
function beginOf({ bookmark }: QuantumRequest, caller: Caller, selections: readonly Selection[]): Bookmark['at'] {
  if (bookmark === null) return null;
  const read = readBookmark(bookmark);
  if (read?.subscriberId !== subscriberIdOf(caller)) throw QuantumFailure.unknownBookmark();
  if (read.at !== null && selections[read.at.selection]?.subscription.name !== read.at.subscription) throw QuantumFailure.unknownBookmark();
  return read.at;
}

/** The files that a selection means, those before `begin` left out. */
async function* filesOf({ reports }: QuantumViewDeps, { accounts }: Caller, clock: FileClock, selection: Selection, begin: string | null): AsyncGenerator<QuantumFile> {
  const { subscription: { status, readThrough }, fromMs, throughMs, names, unread } = selection;
  if (status !== 'A' || accounts.length === 0) return;
  const beginMs = begin === null ? null : writtenAtOf(clock, begin);
  for (const written of names === null ? [{ fromMs: Math.max(fromMs, beginMs ?? fromMs), throughMs }] : momentsOf(clock, names, selection)) {
    for await (const file of quantumFiles({ clock, ...written, reports: (from, until) => reports.between(accounts, from, until) })) {
      if (names !== null && !names.has(file.name)) continue;
      if (begin !== null && file.name < begin) continue;
      if (!unread || file.name > readThrough) yield file;
    }
  }
}

/** When named files were written, oldest first, as far as the selection goes. */
function momentsOf(clock: FileClock, names: ReadonlySet<string>, { fromMs, throughMs }: Selection) {
  const moments = new Set([...names].flatMap((name) => writtenAtOf(clock, name) ?? []));
  return [...moments].filter((atMs) => atMs >= fromMs && atMs <= throughMs).sort((a, b) => a - b).map((atMs) => ({ fromMs: atMs, throughMs: atMs }));
}

function writtenAtOf(clock: FileClock, name: string): number | null {
  const window = windowOfName(clock, name);
  return window === null ? null : writtenAt(window);
}

type Gathered = SelectedFiles & { readonly unread: boolean };

interface GatheredPage {
  readonly selected: readonly Gathered[];
  readonly next: Bookmark['at'];
}

/** Files up to the limit of an answer, from the bookmark on, and the first one that found no room. */
async function gather(selections: readonly Selection[], begin: Bookmark['at'], filesFor: (selection: Selection, begin: string | null) => AsyncIterable<QuantumFile>): Promise<GatheredPage> {
  const selected: Gathered[] = [];
  let room = recordsAtOnce;
  for (const [index, selection] of selections.entries()) {
    if (begin !== null && index < begin.selection) continue;
    const files: QuantumFile[] = [];
    const { subscription, fromMs, throughMs, unread } = selection;
    selected.push({ subscription, fromMs, throughMs, unread, files });
    for await (const file of filesFor(selection, begin?.selection === index ? begin.file : null)) {
      if (room <= 0) return { selected, next: { selection: index, subscription: subscription.name, file: file.name } };
      files.push(file);
      room -= file.records.length;
    }
  }
  return { selected, next: null };
}

/** False when another request was handed the same files first. */
async function markRead({ subscriptions }: QuantumViewDeps, caller: Caller, { subscription, files }: SelectedFiles): Promise<boolean> {
  const newest = files.at(-1);
  if (newest === undefined) return true;
  return subscriptions.markRead(subscriberOf(caller), subscription.name, { from: subscription.readThrough, to: newest.name });
}
