import { Secret } from '@wayleave/platform/secret';
import type { Selectable } from 'kysely';
import { verifierContext } from '../../opt-in/opt-in-store.js';
import type { VaultTables } from '../../tables.js';
import type { KeyRing } from '../../token/key-ring.js';
import { idOf, readAccessToken, readRefreshToken } from '../../token/token-set-store.js';
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

export const accessToken = ({ consent, n }: Pair) => `access-${consent}-${n}`;
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
    const redemption = raw['redemption']?.[0] as { phase: string; instance_id: string; deadline_at: string } | undefined;
    const leases = (raw['lease'] ?? []) as readonly { instance_id: string; generation: number; given_back_at: string | null }[];
    return {
      state: grant?.['state'] ?? 'none',
      generation: grant?.['generation'] ?? 0,
      version: grant?.['version'] ?? 0,
      lastClear: grant?.['last_clear'] ?? 0,
      endReason: grant?.['end_reason'] ?? null,
      pair: tokenSet ? this.#pairOf(tokenSet) : null,
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
      const { consent, n } = this.#pairOf(row);
      const place = [consent, n, row['generation'], row['version'], row['master_key_id']].join(' ');
      return this.#representative(`pair ${place}`, named, sealedColumns);
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

  #pairOf(row: Row): Pair {
    const stored = decoded(row) as unknown as Selectable<VaultTables['vault.token_set']>;
    const texts = [readAccessToken(this.#keys, stored).accessToken.reveal(), readRefreshToken(this.#keys, stored).reveal()];
    const [, consent, n] = /^access-(\d+)-(\d+)$/.exec(texts[0] ?? '') ?? [];
    const pair = { consent: Number(consent), n: Number(n) };
    if (texts[0] !== accessToken(pair) || texts[1] !== refreshToken(pair)) throw new Error(`a token set of ${JSON.stringify(idOf(stored))} holds other tokens`);
    return pair;
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
