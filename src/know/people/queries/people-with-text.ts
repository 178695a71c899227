import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';
import type { Suggestion } from '../../audiences/contract.ts';
import { traitTextSql } from '../../audiences/index.ts';

interface Asked {
  projectId: number;
  text: string;
  limit: number;
  /** The traits that people of the project have. */
  traits: readonly Suggestion[];
}

/** Which people have a trait, a text or a list of texts, that contains this text in any case, or a whole number that is it? The newest people first. */
export async function peopleWithText(clickhouse: ClickHouse, { projectId, text, limit, traits }: Asked): Promise<number[]> {
  const test = traitTextSql(traits, text);
  const rows = await clickhouse.query<{ person_id: number }>(
    `SELECT person_id FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 AND ${test.sql}
     ORDER BY person_id DESC LIMIT {limit:UInt32}`,
    { ...test.parameters, projectId, limit },
    { maxSeconds: 10 },
  );
  return rows.map((row) => row.person_id);
}
