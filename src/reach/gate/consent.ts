import { type QueryExecutorProvider, sql } from 'kysely';
import type { Channel } from './contract.ts';
import { sameAddress } from './decide.ts';

/** Opts a person out of marketing on a channel; the first refusal stays. */
export async function optOut(
  who: { projectId: number; personId: number; channel: Channel; address: string | null; source: string; at: number },
  db: QueryExecutorProvider,
): Promise<void> {
  await sql`
    INSERT INTO opt_outs (project_id, channel, person_id, address, source, created_at)
    VALUES (${who.projectId}, ${who.channel}, ${who.personId}, ${who.address === null ? null : sameAddress(who.address)}, ${who.source}, ${new Date(who.at)})
    ON CONFLICT (project_id, channel, person_id) DO UPDATE SET address = COALESCE(excluded.address, opt_outs.address)`.execute(db);
}

/** Takes the refusal back, for the person and for the address. */
export async function optIn(
  who: { projectId: number; personId: number; channel: Channel; address: string | null },
  db: QueryExecutorProvider,
): Promise<void> {
  const address = who.address === null ? null : sameAddress(who.address);
  await sql`
    DELETE FROM opt_outs WHERE project_id = ${who.projectId} AND channel = ${who.channel}
      AND (person_id = ${who.personId} OR address = ${address})`.execute(db);
}

/** Who of these has refused: keys `p<person>` and `a<address>`. */
export async function refusalsAmong(
  projectId: number,
  channel: Channel,
  people: readonly { personId: number; address: string | null }[],
  db: QueryExecutorProvider,
): Promise<(person: { personId: number; address: string | null }) => { createdAt: Date; source: string } | undefined> {
  const { rows } = await sql<{ person_id: number; address: string | null; created_at: Date; source: string }>`
    SELECT person_id, address, created_at, source FROM opt_outs
    WHERE project_id = ${projectId} AND channel = ${channel}
      AND (person_id = ANY(${people.map((person) => person.personId)}::bigint[]) OR address = ANY(${addresses(people)}::text[]))`.execute(db);
  const found = new Map<string, { createdAt: Date; source: string }>();
  for (const row of rows) {
    const refusal = { createdAt: row.created_at, source: row.source };
    found.set(`p${row.person_id}`, refusal);
    if (row.address !== null) found.set(`a${row.address}`, refusal);
  }
  return ({ personId, address }) => found.get(`p${personId}`) ?? (address === null ? undefined : found.get(`a${sameAddress(address)}`));
}

/** Which of these addresses get nothing. */
export async function suppressedAmong(
  projectId: number,
  people: readonly { address: string | null }[],
  db: QueryExecutorProvider,
): Promise<(address: string | null) => boolean> {
  const { rows } = await sql<{ address: string }>`
    SELECT address FROM suppressions WHERE project_id = ${projectId} AND address = ANY(${addresses(people)}::text[])`.execute(db);
  const found = new Set(rows.map((row) => row.address));
  return (address) => address !== null && found.has(sameAddress(address));
}

/** Stops everything to an address; the first reason stays. */
export async function suppress(
  entry: { projectId: number; address: string; reason: 'bounced' | 'complained' | 'manual'; detail: string | null; at: number },
  db: QueryExecutorProvider,
): Promise<void> {
  await sql`
    INSERT INTO suppressions (project_id, address, reason, detail, created_at)
    VALUES (${entry.projectId}, ${sameAddress(entry.address)}, ${entry.reason}, ${entry.detail}, ${new Date(entry.at)})
    ON CONFLICT (project_id, address) DO NOTHING`.execute(db);
}

function addresses(people: readonly { address: string | null }[]): string[] {
  return people.flatMap(({ address }) => (address === null ? [] : [sameAddress(address)]));
}
