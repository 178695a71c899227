import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';
import type { IdentityApi } from '../../identity/index.ts';

/** A person as they leave the product. */
export interface ExportedPerson {
  personId: number;
  ids: { kind: string; value: string }[];
  traits: Record<string, unknown>;
  createdAt: string;
}

const CHUNK = 1_000;

/** These people as they stand now; numbers of nobody are left out. */
export async function peopleNow(identity: IdentityApi, projectId: number, personIds: readonly number[]): Promise<ExportedPerson[]> {
  const found = await identity.people(projectId, personIds);
  const winners = new Map([...found.values()].map((person) => [person.personId, person]));
  return [...winners.values()].map(({ personId, externalIds, traits, createdAt }) => ({
    personId,
    ids: externalIds,
    traits,
    createdAt: new Date(createdAt).toISOString(),
  }));
}

/** How many people does the project have? */
export async function countPeople(clickhouse: ClickHouse, projectId: number): Promise<number> {
  const rows = await clickhouse.query<{ n: number }>('SELECT count() AS n FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0', {
    projectId,
  });
  return rows[0]?.n ?? 0;
}

/** Everybody, in order of their numbers; holds a thousand at a time. */
export async function* everybody(parts: { clickhouse: ClickHouse; identity: IdentityApi }, projectId: number): AsyncGenerator<ExportedPerson[]> {
  for (let after = 0; ; ) {
    const rows = await parts.clickhouse.query<{ person: number }>(
      `SELECT person_id AS person FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 AND person_id > {after:UInt32}
       ORDER BY person_id LIMIT {limit:UInt32}`,
      { projectId, after, limit: CHUNK },
      { maxSeconds: 120 },
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.person;
    yield await peopleNow(
      parts.identity,
      projectId,
      rows.map((row) => row.person),
    );
  }
}
