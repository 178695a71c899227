import { sql } from 'kysely';
import type { Postgres } from '../../../kernel/postgres/postgres.ts';

/** A company, household or other group. Times are ms. */
export interface GroupRecord {
  type: string;
  id: string;
  traits: Record<string, unknown>;
  createdAt: number;
  seenAt: number;
  members: number;
}

interface GroupRow {
  type: string;
  id: string;
  traits: Record<string, unknown>;
  created_at: Date;
  seen_at: Date;
  members: number;
}

const recordOf = ({ type, id, traits, created_at, seen_at, members }: GroupRow): GroupRecord => ({
  type,
  id,
  traits,
  createdAt: created_at.getTime(),
  seenAt: seen_at.getTime(),
  members,
});

/** Members are people, so those who were merged into one of them do not count. */
const membersOf = sql`(SELECT count(*) FROM group_members WHERE group_members.project_id = person_groups.project_id AND group_members.type = person_groups.type
  AND group_members.group_id = person_groups.id AND NOT EXISTS (SELECT 1 FROM merges WHERE merges.loser = group_members.person_id)) AS members`;

export interface GroupsAsked {
  projectId: number;
  type?: string | undefined;
  /** Part of the id or of the name, any case. */
  search?: string | undefined;
  offset: number;
  limit: number;
}

/** Which groups are there, the last seen first? */
export async function listGroups(postgres: Postgres, asked: GroupsAsked): Promise<GroupRecord[]> {
  const search = asked.search === undefined ? undefined : `%${asked.search.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await sql<GroupRow>`
    SELECT type, id, traits, created_at, seen_at, ${membersOf} FROM person_groups
    WHERE project_id = ${asked.projectId} ${asked.type === undefined ? sql`` : sql`AND type = ${asked.type}`}
      ${search === undefined ? sql`` : sql`AND (id ILIKE ${search} OR traits->>'name' ILIKE ${search})`}
    ORDER BY seen_at DESC, type, id LIMIT ${asked.limit} OFFSET ${asked.offset}
  `.execute(postgres.as());
  return rows.map(recordOf);
}

/** One group, or undefined. */
export async function readGroup(postgres: Postgres, projectId: number, group: { type: string; id: string }): Promise<GroupRecord | undefined> {
  const { rows } = await sql<GroupRow>`
    SELECT type, id, traits, created_at, seen_at, ${membersOf} FROM person_groups WHERE project_id = ${projectId} AND type = ${group.type} AND id = ${group.id}
  `.execute(postgres.as());
  return rows[0] && recordOf(rows[0]);
}

/** Which groups does a person belong to, the latest first? 200 at most. */
export async function groupsOfPerson(postgres: Postgres, projectId: number, personId: number): Promise<(GroupRecord & { since: number })[]> {
  const { rows } = await sql<GroupRow & { since: Date }>`
    SELECT person_groups.type, id, traits, created_at, seen_at, 0 AS members, membership.since FROM group_members AS membership
    JOIN person_groups ON person_groups.project_id = membership.project_id AND person_groups.type = membership.type AND person_groups.id = membership.group_id
    WHERE membership.project_id = ${projectId} AND membership.person_id = ${personId} ORDER BY membership.since DESC, id LIMIT 200
  `.execute(postgres.as());
  return rows.map((row) => ({ ...recordOf(row), since: row.since.getTime() }));
}

/** Who belongs to a group, the latest first? */
export async function membersOfGroup(
  postgres: Postgres,
  projectId: number,
  group: { type: string; id: string; offset: number; limit: number },
): Promise<{ personId: number; since: number }[]> {
  const { rows } = await sql<{ person_id: number; since: Date }>`
    SELECT person_id, since FROM group_members WHERE project_id = ${projectId} AND type = ${group.type} AND group_id = ${group.id}
      AND NOT EXISTS (SELECT 1 FROM merges WHERE merges.loser = group_members.person_id)
    ORDER BY since DESC, person_id LIMIT ${group.limit} OFFSET ${group.offset}
  `.execute(postgres.as());
  return rows.map((row) => ({ personId: row.person_id, since: row.since.getTime() }));
}

/** Which values did the traits of a group take, the newest first? 500 at most; null: cleared. */
export async function historyOfGroup(
  postgres: Postgres,
  projectId: number,
  group: { type: string; id: string },
): Promise<{ trait: string; value: unknown; at: number }[]> {
  const { rows } = await sql<{ trait: string; value: unknown; at: Date }>`
    SELECT trait, value, at FROM group_history WHERE project_id = ${projectId} AND type = ${group.type} AND group_id = ${group.id} ORDER BY id DESC LIMIT 500
  `.execute(postgres.as());
  return rows.map((row) => ({ trait: row.trait, value: row.value, at: row.at.getTime() }));
}
