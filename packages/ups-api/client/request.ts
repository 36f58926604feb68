import type { UpsRequest } from './transport.js';

/** What UPS's data APIs want with every call: `transId` is unique per request (at most 32 characters fit everywhere), `transactionSrc` names the caller. */
export interface CallNames {
  readonly transId: string;
  readonly transactionSrc: string;
}

/** A GET or DELETE with a query; parameters without a value are left out. */
export function getRequest(path: string, names: CallNames, query: Record<string, string | undefined>, method: 'GET' | 'DELETE' = 'GET'): UpsRequest {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return { method, path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`, headers: headersOf(names) };
}

/** A POST with a JSON body. */
export function jsonRequest(path: string, names: CallNames, body: unknown): UpsRequest {
  return { method: 'POST', path, headers: { ...headersOf(names), 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function headersOf({ transId, transactionSrc }: CallNames): Record<string, string> {
  return { accept: 'application/json', transId, transactionSrc };
}
