import type { Canonical } from '../../../collect/identity/index.ts';
import type { ClickHouse, Parameter } from '../../../kernel/clickhouse/clickhouse.ts';
import type { Suggestion } from '../../audiences/contract.ts';
import { traitTextSql } from '../../audiences/index.ts';

/** A member and since when, ms. */
export interface MemberRow {
  person: number;
  entered_at: number;
}

interface Asked {
  projectId: number;
  segmentId: number;
  canonical: Canonical;
  /** Members after this one in the order; absent: from the beginning. */
  after?: MemberRow;
  limit: number;
  /** Only members with this text in a trait, or with one of these numbers. */
  search?: { text: string; people: readonly number[]; traits: readonly Suggestion[] };
}

/** Who are the members now, the last entered first? */
export async function membersPage(clickhouse: ClickHouse, asked: Asked): Promise<MemberRow[]> {
  const { projectId, segmentId, canonical, after, limit, search } = asked;
  const traitText = search && traitTextSql(search.traits, search.text);
  const tests = [
    ...(after ? ['(entered_at, person) < ({afterAt:Int64}, {afterPerson:UInt32})'] : []),
    ...(traitText ? [`person GLOBAL IN (${foundSql(traitText.sql)})`] : []),
  ];
  const parameters: Record<string, Parameter> = {
    ...canonical.parameters,
    projectId,
    segmentId,
    limit,
    ...(after && { afterAt: after.entered_at, afterPerson: after.person }),
    ...(search && { ...traitText?.parameters, people: [...search.people] }),
  };
  return clickhouse.query<MemberRow>(
    `SELECT toUInt32(${canonical.person('person_id')}) AS person, toInt64(min(since)) AS entered_at
     FROM (
       SELECT person_id, toUnixTimestamp64Milli(argMax(at, run_id)) AS since FROM segment_changes
       WHERE project_id = {projectId:UInt32} AND segment_id = {segmentId:UInt32}
       GROUP BY person_id HAVING argMax(entered, run_id) = 1
     ) GROUP BY person ${tests.length > 0 ? `HAVING ${tests.join(' AND ')}` : ''}
     ORDER BY entered_at DESC, person DESC LIMIT {limit:UInt32}`,
    parameters,
    { maxSeconds: 30 },
  );
}

function foundSql(traitText: string): string {
  return `SELECT person_id FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 AND (has({people:Array(UInt32)}, person_id) OR ${traitText})`;
}
