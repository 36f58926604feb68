import type { Database } from '@wayleave/platform/database';
import { authorize, type Transport, type UpsRequest, type UpsResponse } from '@wayleave/ups-api';
import { sql } from 'kysely';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const key = randomBytes(32);

/** Stores a token for each company as vaults usually do: one row, encrypted under one key. */
export async function storePlainly(database: Database, companies: readonly string[]): Promise<void> {
  await sql`create table public.token (company_id text primary key, nonce bytea not null, tag bytea not null, cipher bytea not null)`.execute(database.kysely());
  const rows = companies.map((company) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const text = Buffer.concat([cipher.update(`access-${company}`, 'utf8'), cipher.final()]);
    return { company_id: company, nonce: nonce.toString('hex'), tag: cipher.getAuthTag().toString('hex'), cipher: text.toString('hex') };
  });
  await sql`insert into public.token select company_id, decode(nonce, 'hex'), decode(tag, 'hex'), decode(cipher, 'hex')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (company_id text, nonce text, tag text, cipher text)`.execute(database.kysely());
}

/** One use the plain way: lock the row, read it, let it go, decrypt, call. */
export async function usePlainly(database: Database, transport: Transport, company: string, request: UpsRequest): Promise<UpsResponse> {
  const row = await database.kysely<unknown>().transaction().execute(async (trx) => {
    const { rows } = await sql<{ nonce: Buffer; tag: Buffer; cipher: Buffer }>`
      select nonce, tag, cipher from public.token where company_id = ${company} for update`.execute(trx);
    return rows[0];
  });
  if (!row) throw new Error(`no token of ${company}`);
  const decipher = createDecipheriv('aes-256-gcm', key, row.nonce, { authTagLength: 16 });
  decipher.setAuthTag(row.tag);
  const token = Buffer.concat([decipher.update(row.cipher), decipher.final()]).toString('utf8');
  return transport.send(authorize(request, token));
}
