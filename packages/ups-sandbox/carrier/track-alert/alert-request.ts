import { refuseAccount, refusePackages, type Refuse } from './alert-refusal.js';

/** Kinds of event that an enhanced subscription can be narrowed to. */
export type EventKind = 'D' | 'I' | 'M' | 'X';

export interface PackageSubscription {
  readonly enhanced: boolean;
  /** Upper case, each once. */
  readonly trackingNumbers: readonly string[];
  readonly invalidTrackingNumbers: readonly string[];
  /** Null for all kinds. */
  readonly eventKinds: readonly EventKind[] | null;
}

/** Tracking numbers in one request; one more and all are rejected. */
const mostTrackingNumbers = 100;
const longestTransId = 100;
const longestTransactionSrc = 512;
const eventKinds: readonly EventKind[] = ['D', 'I', 'M', 'X'];
/** 1Z and 16 characters, or Roadie's 1R and 14 or 26. */
const trackingNumber = /^(1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}|1R[0-9A-Z]{26})$/;

/** The numbers that send a few events, one second apart, whenever somebody subscribes to them. */
const testNumbers = ['1ZCIETST0111111114', '1ZCIETST0422222228'] as const;
export type TestNumber = (typeof testNumbers)[number];

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Body = Readonly<Record<string, unknown>>;

/** Checks what every call has: `transId` and `transactionSrc`. Throws UpsRefusal. */
export function checkNames(headers: Headers, refuse: Refuse): void {
  const transId = headers['transid'];
  const transactionSrc = headers['transactionsrc'];
  if (typeof transId !== 'string' || transId === '') throw refuse('VSS002');
  if (transId.length > longestTransId) throw refuse('VSS003');
  if (typeof transactionSrc !== 'string' || transactionSrc === '') throw refuse('VSS004');
  if (transactionSrc.length > longestTransactionSrc) throw refuse('VSS006');
}

/** Reads the type in the path, which for accounts is `standard` only: whether it is `enhanced`. Throws UpsRefusal. */
export function readType(type: string, of: 'package' | 'account', refuse: Refuse): boolean {
  if (type === 'standard') return false;
  if (type === 'enhanced' && of === 'package') return true;
  throw refuse('VSS930');
}

/** Reads the body of a package subscription. With `testNumbersOnly` other numbers are refused, as UPS's CIE does. Throws UpsRefusal. */
export function readPackageSubscription(given: unknown, { enhanced, testNumbersOnly }: { enhanced: boolean; testNumbersOnly: boolean }): PackageSubscription {
  const asked: unknown = isBody(given) ? given['trackingNumberList'] : undefined;
  const list: readonly unknown[] = Array.isArray(asked) ? asked : [];
  const numbers = [...new Set(list.filter(isText))];
  const invalid = numbers.filter((number) => !trackingNumber.test(tidy(number)));
  const body = readCommon(given, refusePackages(invalid));
  if (list.length === 0) throw refusePackages([])('VSS200');
  if (!list.every(isText)) throw refusePackages(invalid)('VSS000');
  if (list.length > mostTrackingNumbers) throw refusePackages(invalid)('VSS220');
  const wellFormed = [...new Set(numbers.map(tidy).filter((number) => trackingNumber.test(number)))];
  if (wellFormed.length === 0) throw refusePackages(invalid)('VSS210');
  const trackingNumbers = wellFormed.filter((number) => !testNumbersOnly || isTestNumber(number));
  const invalidTrackingNumbers = [...invalid, ...wellFormed.filter((number) => !trackingNumbers.includes(number))];
  const refuse = refusePackages(invalidTrackingNumbers);
  if (trackingNumbers.length === 0) throw refuse('VSS215');
  return { enhanced, trackingNumbers, invalidTrackingNumbers, eventKinds: enhanced ? readKinds(body['eventPreferences'], refuse) : null };
}

/** Reads the body of an account subscription: the account's number. Throws UpsRefusal. */
export function readAccountSubscription(given: unknown): string {
  const body = readCommon(given, refuseAccount);
  const types = body['subAccountType'];
  if (types !== undefined && !(Array.isArray(types) && types.every((type) => type === 'Outbound'))) throw refuseAccount('VSS000');
  return readAccount(body['shipperAccountNumber']);
}

/** An account's number as it is stored. Throws UpsRefusal: in UPS's example a missing one has the code of a missing locale. */
export function readAccount(given: unknown): string {
  if (typeof given !== 'string' || given.trim() === '') throw refuseAccount('VSS300', 'Shipper Account Number is required.');
  return tidy(given);
}

export function isTestNumber(number: string): number is TestNumber {
  return testNumbers.some((known) => known === number);
}

function readCommon(given: unknown, refuse: Refuse): Body {
  if (given === undefined || given === null || (isBody(given) && Object.keys(given).length === 0)) throw refuse('VSS110');
  if (!isBody(given)) throw refuse('VSS000');
  const { locale, countryCode } = given;
  if (locale === undefined || locale === null || locale === '') throw refuse('VSS300');
  if (locale !== 'en_US') throw refuse('VSS310');
  if (countryCode !== undefined && (typeof countryCode !== 'string' || !/^[A-Z]{2}$/.test(countryCode))) throw refuse('VSS400');
  return given;
}

function readKinds(given: unknown, refuse: Refuse): EventKind[] | null {
  if (given === undefined || given === null || (Array.isArray(given) && given.length === 0)) return null;
  if (!Array.isArray(given) || given.some((kind) => !eventKinds.some((known) => known === kind))) throw refuse('VSS000');
  return eventKinds.filter((kind) => given.includes(kind));
}

function tidy(number: string): string {
  return number.trim().toUpperCase();
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
