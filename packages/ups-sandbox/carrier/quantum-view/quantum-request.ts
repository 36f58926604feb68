import { UpsRefusal } from '../../ups-refusal.js';
import type { ClockDigits } from './file-clock.js';

/** What is asked of one subscription, or of all when it has no name. */
export interface QuantumCriteria {
  readonly name: string | null;
  readonly files: readonly string[];
  /** On Quantum View's clock, the digits unchecked; without an end it is seven days long. */
  readonly range: { readonly begin: ClockDigits; readonly end: ClockDigits | null } | null;
}

export interface QuantumRequest {
  /** Echoed in the answer. */
  readonly context: string | null;
  /** Empty: whatever is unread. */
  readonly criteria: readonly QuantumCriteria[];
  readonly bookmark: string | null;
}

type Part = Readonly<Record<string, unknown>>;

const longestName = 21;
const longestContext = 512;
/** UPS names no limit; these keep one request from looking through the week for minutes. */
const mostCriteria = 50;
const mostFiles = 1_000;

/**
 * Reads the body of POST /events. UPS's file has `SubscriptionRequest` as a list and `Bookmark` beside it; its example has
 * an object with the bookmark inside, and a file's name without its list. All of it is taken. Throws UpsRefusal (400).
 */
export function readQuantumRequest(body: unknown): QuantumRequest {
  const request = part(isPart(body) ? body['QuantumViewRequest'] : undefined);
  const common = part(request['Request']);
  if (textOf(common['RequestAction'])?.toLowerCase() !== 'qvevents') throw notValid();
  const asked = listOf(request['SubscriptionRequest']).map(partOrNone);
  if (asked.length > mostCriteria) throw notValid();
  const inside = asked.map(({ Bookmark }) => textOf(Bookmark)).find((bookmark) => bookmark !== null);
  const context = textOf(partOrNone(common['TransactionReference'])['CustomerContext']);
  if (context !== null && context.length > longestContext) throw notValid();
  const criteria = asked.map(readCriteria);
  if (criteria.flatMap(({ files }) => files).length > mostFiles) throw notValid();
  return {
    context,
    criteria: criteria.filter(({ name, files, range }) => name !== null || files.length > 0 || range !== null),
    bookmark: textOf(request['Bookmark']) ?? inside ?? null,
  };
}

function readCriteria(asked: Part): QuantumCriteria {
  const name = textOf(asked['Name']);
  const range = partOrNone(asked['DateTimeRange']);
  const begin = textOf(range['BeginDateTime']);
  const end = textOf(range['EndDateTime']);
  if (name !== null && name.length > longestName) throw notValid();
  if (begin === null && end !== null) throw notValid();
  const files = listOf(asked['FileName']).map((file) => textOf(file) ?? '').filter((file) => file !== '');
  return { name, files, range: begin === null ? null : { begin, end } };
}

function listOf(given: unknown): readonly unknown[] {
  if (isAbsent(given)) return [];
  return Array.isArray(given) ? given : [given];
}

function partOrNone(given: unknown): Part {
  return isAbsent(given) ? {} : part(given);
}

function part(given: unknown): Part {
  if (!isPart(given)) throw notValid();
  return given;
}

/** What a text says; null for an empty one. */
function textOf(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given !== 'string') throw notValid();
  return given.trim() === '' ? null : given.trim();
}

/** UPS's clients write an empty text where they have no object. */
function isAbsent(given: unknown): boolean {
  return given === undefined || given === null || given === '';
}

function isPart(given: unknown): given is Part {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

/** 400: the request itself cannot be meant. */
export function notValid(): UpsRefusal {
  return new UpsRefusal(400, '10002', 'The request is well formed but the request is not valid');
}
