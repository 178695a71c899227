import { sql } from 'kysely';
import type { Postgres } from '../../../kernel/postgres/postgres.ts';
import type { ExternalId } from '../contract.ts';

/** An id of a person since when it means them (ms). Shared ones name nobody. */
export interface LinkedId extends ExternalId {
  since: number;
  isShared: boolean;
}

/** Which ids does a person have? */
export async function idsOfPerson(postgres: Postgres, projectId: number, personId: number): Promise<LinkedId[]> {
  const { rows } = await sql<{ kind: string; value: string; since: Date; is_shared: boolean }>`
    SELECT kind, value, linked_at AS since, false AS is_shared FROM identities WHERE project_id = ${projectId} AND person_id = ${personId}
    UNION ALL SELECT kind, value, linked_at, true FROM shared_ids WHERE project_id = ${projectId} AND person_id = ${personId}
    ORDER BY is_shared, kind DESC, since, value LIMIT 1000
  `.execute(postgres.as());
  return rows.map((row) => ({ kind: row.kind, value: row.value, since: row.since.getTime(), isShared: row.is_shared }));
}

/** A merge that can be undone. Times are ms. */
export interface MergeOfPerson {
  loser: number;
  /** Into whom it was merged first. */
  directWinner: number;
  ids: ExternalId[];
  at: number;
  messageId?: string;
  memberId?: string;
}

/** Who was merged into a person, the latest first? 200 at most. */
export async function mergesOfPerson(postgres: Postgres, projectId: number, personId: number): Promise<MergeOfPerson[]> {
  const { rows } = await sql<{
    loser: number;
    direct_winner: number;
    ids: ExternalId[];
    merged_at: Date;
    message_id: string | null;
    member_id: string | null;
  }>`
    SELECT loser, direct_winner, ids, merged_at, message_id, member_id FROM merges
    WHERE project_id = ${projectId} AND winner = ${personId} ORDER BY merged_at DESC, loser DESC LIMIT 200
  `.execute(postgres.as());
  return rows.map((row) => ({
    loser: row.loser,
    directWinner: row.direct_winner,
    ids: row.ids,
    at: row.merged_at.getTime(),
    ...(row.message_id !== null && { messageId: row.message_id }),
    ...(row.member_id !== null && { memberId: row.member_id }),
  }));
}

/** What happened to the ids of a person. Times are ms. */
export interface IdentityMoment {
  id: number;
  personId: number;
  otherId?: number;
  action: string;
  kind?: string;
  value?: string;
  at: number;
  messageId?: string;
  memberId?: string;
  details: Record<string, unknown>;
}

/** What happened to the ids of these numbers, the latest first? */
export async function historyOfIds(
  postgres: Postgres,
  asked: { projectId: number; numbers: readonly number[]; before?: number | undefined; limit: number },
): Promise<IdentityMoment[]> {
  const before = asked.before ?? Number.MAX_SAFE_INTEGER;
  const { rows } = await sql<{
    id: number;
    person_id: number;
    other_id: number | null;
    action: string;
    kind: string | null;
    value: string | null;
    at: Date;
    message_id: string | null;
    member_id: string | null;
    details: Record<string, unknown>;
  }>`
    SELECT DISTINCT id, person_id, other_id, action, kind, value, at, message_id, member_id, details FROM (
      (SELECT * FROM identity_history WHERE project_id = ${asked.projectId} AND person_id = ANY(${asked.numbers}::bigint[]) AND id < ${before} ORDER BY id DESC LIMIT ${asked.limit})
      UNION ALL
      (SELECT * FROM identity_history WHERE project_id = ${asked.projectId} AND other_id = ANY(${asked.numbers}::bigint[]) AND id < ${before} ORDER BY id DESC LIMIT ${asked.limit})
    ) AS both_sides ORDER BY id DESC LIMIT ${asked.limit}
  `.execute(postgres.as());
  return rows.map((row) => ({
    id: row.id,
    personId: row.person_id,
    ...(row.other_id !== null && { otherId: row.other_id }),
    action: row.action,
    ...(row.kind !== null && { kind: row.kind }),
    ...(row.value !== null && { value: row.value }),
    at: row.at.getTime(),
    ...(row.message_id !== null && { messageId: row.message_id }),
    ...(row.member_id !== null && { memberId: row.member_id }),
    details: row.details,
  }));
}
