import { sql, type QueryExecutorProvider } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Member } from '../sign-in/member.js';

/** A stream's place among those that its member has open. */
export interface LivePlace {
  readonly member: Member;
  readonly streamId: string;
}

/** Takes one of the member's `most` places until `until`, or gives null when every one is taken. */
export async function takePlace(db: QueryExecutorProvider, member: Member, { now, until, most }: { now: Date; until: Date; most: number }): Promise<LivePlace | null> {
  const streamId = randomUUID();
  // Another stream may take the place that was found free: there are as many tries as places.
  for (let attempt = 0; attempt < most; attempt += 1) {
    const { rows } = await sql`
      insert into suite.live_stream as s (company_id, member_id, place, stream_id, kept_until)
      select ${member.companyId}, ${member.id}, place, ${streamId}, ${until}::timestamptz from generate_series(1, ${most}::int4) place
      where not exists (
        select from suite.live_stream o
        where o.company_id = ${member.companyId} and o.member_id = ${member.id} and o.place = place.place and o.kept_until > ${now})
      order by place limit 1
      on conflict (company_id, member_id, place) do update set stream_id = excluded.stream_id, kept_until = excluded.kept_until
      where s.kept_until <= ${now}
      returning place`.execute(db);
    if (rows.length === 1) return { member, streamId };
  }
  return null;
}

/** Keeps the place until `until`. False when it is another stream's by now, or its member is gone. */
export async function keepPlace(db: QueryExecutorProvider, { member, streamId }: LivePlace, until: Date): Promise<boolean> {
  const { rows } = await sql`
    update suite.live_stream set kept_until = ${until}
    where company_id = ${member.companyId} and member_id = ${member.id} and stream_id = ${streamId} returning place`.execute(db);
  return rows.length === 1;
}

export async function leavePlace(db: QueryExecutorProvider, { member, streamId }: LivePlace): Promise<void> {
  await sql`delete from suite.live_stream where company_id = ${member.companyId} and member_id = ${member.id} and stream_id = ${streamId}`.execute(db);
}
