import type { FastifyRequest } from 'fastify';
import { UpsRefusal } from '../ups-refusal.js';
import { dayOf } from '../world/calendar.js';

const longestTransId = 100;
const longestTransactionSrc = 512;
const mostPerPage = 50;

/** The query of a Track call. Names that UPS does not know are ignored; of one sent twice the last counts. */
export function queryOf(request: FastifyRequest): (name: string) => string | undefined {
  const query = request.query as Readonly<Record<string, string | string[] | undefined>>;
  return (name) => {
    const value = query[name];
    const last = (Array.isArray(value) ? value.at(-1) : value)?.trim();
    return last === '' ? undefined : last;
  };
}

/** UPS's switches are the text `true` in any case; whatever else is there means no. */
export function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

/** A day of a query, `YYYYMMDD` or `YYYY-MM-DD`. Throws UpsRefusal (400) when it is none. */
export function dayIn(value: string | undefined, name: string, otherwise: number): number {
  if (value === undefined) return otherwise;
  const day = dayOf(/^\d{4}-\d\d-\d\d$/.test(value) ? value.replaceAll('-', '') : value);
  if (day === null) throw new UpsRefusal(400, 'TV1003', `Invalid ${name}`);
  return day;
}

/** Where a page begins and how many packages it has. Throws UpsRefusal (400). */
export function pageIn(query: (name: string) => string | undefined): { offset: number; count: number } {
  const whole = (name: string, otherwise: number) => {
    const value = query(name) ?? String(otherwise);
    if (!/^\d{1,9}$/.test(value)) throw new UpsRefusal(400, 'TV1003', `Invalid ${name}`);
    return Number(value);
  };
  return { offset: whole('offset', 0), count: Math.min(whole('count', mostPerPage), mostPerPage) };
}

/** The number that a call asks for, in capitals. Throws UpsRefusal (400) when no number looks so. */
export function inquiryNumberIn(text: string): string {
  const number = text.trim().toUpperCase();
  if (!/^[0-9A-Z]{7,34}$/.test(number)) throw new UpsRefusal(400, 'TV1002', 'Invalid inquiry number');
  return number;
}

/** Every Track call names itself and its caller. Throws UpsRefusal (400). */
export function requireNames(request: FastifyRequest): void {
  for (const [name, longest] of [['transId', longestTransId], ['transactionSrc', longestTransactionSrc]] as const) {
    const value = request.headers[name.toLowerCase()];
    if (typeof value !== 'string' || value === '' || value.length > longest) throw new UpsRefusal(400, 'TV1001', `Missing or invalid ${name}`);
  }
}
