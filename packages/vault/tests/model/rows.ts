import { Secret } from '@wayleave/platform/secret';
import type { Selectable } from 'kysely';
import { hashesOf, loginContext } from '../../opt-in/login-store.js';
import type { Login } from '../../opt-in/login.js';
import { verifierContext } from '../../opt-in/opt-in-store.js';
import { pendingIdOf, type PendingRow } from '../../opt-in/pending-store.js';
import type { VaultTables } from '../../tables.js';
import type { KeyRing } from '../../token/key-ring.js';
import { unsealToken, type TokenSetId } from '../../token/token-set.js';
import { idOf } from '../../token/token-set-store.js';
import { company, masterKey } from '../test-vault.js';

/** Everything that decides what the vault does next, as rows by table. */
export type Rows = Readonly<Record<string, readonly Row[]>>;
type Row = Readonly<Record<string, unknown>>;

/** What steps and promises look at. */
export interface Summary {
  readonly state: string;
  readonly generation: number;
  readonly version: number;
  readonly lastClear: number;
  readonly endReason: string | null;
  /** The stored pair: which consent, and how often it was refreshed. */
  readonly pair: Pair | null;
  /** The consent that waits for an admin; whether its time is over. */
  readonly pending: { readonly number: number; readonly consent: number; readonly ranOut: boolean } | null;
  readonly redemption: { readonly phase: string; readonly owner: string; readonly ranOut: boolean } | null;
  readonly leases: readonly { readonly instance: string; readonly generation: number; readonly givenBack: boolean }[];
}

/** The n-th pair (from 0) of the consent that was the `consent`-th to come back. */
export interface Pair {
  readonly consent: number;
  readonly n: number;
}

export const newKey = new Secret(Buffer.alloc(32, 9));
export const oldKey = new Secret(masterKey);

/** The application's clock stands here; what the database's clock has to be compared with lies far off on either side. */
export const standing = '2001-01-01T00:00:00+00:00';
const future = '2999-01-01T00:00:00+00:00';
const openEnds = new Set(['until', 'deadline_at']);
/** Counters and notes that decide how long to wait and what to show, never what may be done. */
const forgotten = new Map<string, unknown>([
  ['failures', 0], ['attempts', 0], ['refused_refreshes', 0], ['calls', 0], ['calls_cut_off', 0], ['number', null], ['trouble', null],
  ['trouble_at', null], ['trouble_since', null], ['refused_since', null], ['used_up_to', 0], ['last_use_at', null], ['last_call_ended_at', null], ['end_reason', null],
]);
const sealedColumns = ['data_key_id', 'wrapped_key', 'access_token', 'refresh_token'];

const logins: Readonly<Record<'own' | 'other', Login>> = {
  own: { sub: 'own@example.test', uuid: '3f1c0a52-7b7e-4a5e-9d65-0c2a1d9b8e71' },
  other: { sub: 'other@example.test', uuid: '9b2f64a1-1d2c-4f3e-8a77-5e6d7c8b9a00' },
};

/** It names the UPS.com login of the consent, and whom UPS answered with it: no two answers bring the same one. */
export function accessToken({ consent, n }: Pair, isOther: boolean, answered = ''): string {
  const claims = { clientid: 'client-idm', ...logins[isOther ? 'other' : 'own'] };
  return `access-${consent}-${n}${answered && `~${answered}`}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
}

/** The vault decides the same whoever got the answer. */
const withoutAnswered = (token: string) => token.replace(/~[^.]*/, '');

/** The pair that a token of the model is of. */
export function pairOf(token: string): Pair {
  const [, consent, n] = /^(?:access|refresh)-(\d+)-(\d+)/.exec(token) ?? [];
  return { consent: Number(consent), n: Number(n) };
}

export const refreshToken = ({ consent, n }: Pair) => `refresh-${consent}-${n}`;
export const stateOf = (optIn: number) => `oi_${optIn}`;
export const claimId = (instance: string) => `claim ${instance}`;
export const takeId = (instance: string, generation: number) => `take ${instance} ${generation}`;

/**
 * Makes rows comparable: two sets of rows become equal when nothing that the vault decides can tell them apart. Random
 * ids get names, times become past or future, and a ciphertext becomes the first one that was seen of the same text in the
 * same place under the same master key. Throws when a stored token does not open or is not the one it should be.
 */
export class Canon {
  readonly #keys: KeyRing;
  readonly #sealed = new Map<string, Row>();

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  rows(raw: Rows): Rows {
    return sorted(Object.fromEntries(Object.entries(raw).map(([table, rows]) => [table, rows.map((row) => this.#row(table, row))])));
  }

  summary(raw: Rows): Summary {
    const grant = raw['grant']?.[0] as Record<string, never> | undefined;
    const tokenSet = raw['token_set']?.[0];
    const pending = raw['pending_consent']?.[0];
    const redemption = raw['redemption']?.[0] as { phase: string; instance_id: string; deadline_at: string } | undefined;
    const leases = (raw['lease'] ?? []) as readonly { instance_id: string; generation: number; given_back_at: string | null }[];
    return {
      state: grant?.['state'] ?? 'none',
      generation: grant?.['generation'] ?? 0,
      version: grant?.['version'] ?? 0,
      lastClear: grant?.['last_clear'] ?? 0,
      endReason: grant?.['end_reason'] ?? null,
      pair: tokenSet ? pairOf(this.#accessTokenOf('token_set', tokenSet)) : null,
      pending: pending
        ? { number: Number(pending['number']), consent: pairOf(this.#accessTokenOf('pending_consent', pending)).consent, ranOut: !isOpen(pending) }
        : null,
      redemption: redemption ? { phase: redemption.phase, owner: redemption.instance_id, ranOut: isPast(redemption.deadline_at) } : null,
      leases: leases.map(({ instance_id, generation, given_back_at }) => ({ instance: instance_id, generation, givenBack: given_back_at !== null })),
    };
  }

  #row(table: string, row: Row): Row {
    const plain = Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(column, value)]));
    const expires = 'expires_at' in plain && table === 'opt_in' ? { expires_at: future } : {};
    const named = { ...plain, ...expires };
    if (table === 'redemption') return { ...named, id: claimId(String(row['instance_id'])) };
    if (table === 'lease') return { ...named, take_id: takeId(String(row['instance_id']), Number(row['generation'])) };
    if (table === 'master_key') return this.#representative(`proof ${String(row['master_key_id'])}`, named, ['proof']);
    if (table === 'token_set') {
      const place = [this.#accessTokenOf(table, row), row['generation'], row['version'], row['master_key_id']].join(' ');
      return this.#representative(`pair ${place}`, named, sealedColumns);
    }
    if (table === 'pending_consent') {
      const place = [this.#accessTokenOf(table, row), row['number'], row['master_key_id']].join(' ');
      return this.#representative(`pending ${place}`, { ...named, number: row['number'], expires_at: isOpen(row) ? future : standing }, sealedColumns);
    }
    if (table === 'login') {
      const place = [this.#loginOf(row), row['generation'], row['master_key_id']].join(' ');
      return this.#representative(`login ${place}`, named, ['key_id', 'wrapped_key', 'sub_hash', 'uuid_hash']);
    }
    if (table === 'opt_in' && row['consumed_at'] !== null) return { ...named, last_clear: 0 };
    if (table === 'opt_in' && row['verifier'] !== null) {
      return this.#representative(`verifier ${String(row['state_hash'])} ${this.#sealerOf(row)}`, named, ['verifier']);
    }
    return named;
  }

  /** The row with the random bytes of the first one that meant the same. */
  #representative(meaning: string, row: Row, columns: readonly string[]): Row {
    const known = this.#sealed.get(meaning) ?? Object.fromEntries(columns.map((column) => [column, row[column]]));
    this.#sealed.set(meaning, known);
    return { ...row, ...known };
  }

  /** Opens both tokens of a stored pair, in the place where they lie. Gives the access token as if it had answered nobody in particular. */
  #accessTokenOf(table: 'token_set' | 'pending_consent', row: Row): string {
    const stored = decoded(row) as unknown as Selectable<VaultTables['vault.token_set']> & PendingRow;
    const id: TokenSetId = table === 'token_set' ? idOf(stored) : pendingIdOf(stored);
    const access = withoutAnswered(unsealToken(this.#keys, id, stored, 'access').reveal());
    const pair = pairOf(access);
    const isWhole = [true, false].some((isOther) => access === accessToken(pair, isOther));
    if (!isWhole || unsealToken(this.#keys, id, stored, 'refresh').reveal() !== refreshToken(pair)) throw new Error(`${table} holds other tokens`);
    return access;
  }

  #loginOf(row: Row): string {
    const stored = decoded(row) as unknown as Selectable<VaultTables['vault.login']>;
    const hashKey = this.#keys.unwrap(stored, loginContext(stored));
    const found = Object.entries(logins).find(([, login]) => stored.sub_hash?.equals(hashesOf(hashKey, login).sub ?? Buffer.alloc(0)));
    if (!found) throw new Error('a login is remembered that nobody has');
    return found[0];
  }

  #sealerOf(row: Row): string {
    const { state_hash: stateHash, verifier } = decoded(row) as { state_hash: Buffer; verifier: Buffer };
    const sealer = this.#keys.all.find((key) => {
      try {
        return key.unsealVerifier(verifier, verifierContext({ company, application: 'idm' }, stateHash)) !== '';
      } catch {
        return false;
      }
    });
    return sealer?.id ?? 'nobody';
  }
}

/** JSON in which the two instances have changed places. */
export function mirror(json: string): string {
  return json.replace(/\b([AB])(?=\d)/g, (name) => (name === 'A' ? 'B' : 'A'));
}

export function sorted(rows: Rows): Rows {
  return Object.fromEntries(Object.entries(rows).map(([table, of]) => [table, [...of].sort(byText)]));
}

function plainValue(column: string, value: unknown): unknown {
  if (forgotten.has(column)) return forgotten.get(column);
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value)) return value;
  return openEnds.has(column) && !isPast(value) ? future : standing;
}

/** Whether a consent still waits, by the application's clock. */
function isOpen(row: Row): boolean {
  return Date.parse(String(row['expires_at'])) > Date.parse(standing);
}

function isPast(time: string): boolean {
  return Date.parse(time) < Date.now();
}

export function byText(a: unknown, b: unknown): number {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** A row out of JSON as the driver would give it. */
function decoded(row: Row): Row {
  const value = (text: unknown) => (typeof text === 'string' && text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : text);
  return Object.fromEntries(Object.entries(row).map(([column, text]) => [column, value(text)]));
}
