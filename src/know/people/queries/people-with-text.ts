import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';
import type { Suggestion } from '../../audiences/contract.ts';
import { jsonPath } from '../../audiences/index.ts';

interface Asked {
  projectId: number;
  text: string;
  limit: number;
  /** The traits that people of the project have. */
  traits: readonly Suggestion[];
}

/** Traits that are looked through, the most frequent first. */
const TRAITS_MAX = 60;

/** Which people have a trait, a text or a list of texts, that contains this text in any case, or a whole number that is it? The newest people first. */
export async function peopleWithText(clickhouse: ClickHouse, { projectId, text, limit, traits }: Asked): Promise<number[]> {
  const isNumber = /^-?\d{1,18}$/.test(text);
  const tests = traits.slice(0, TRAITS_MAX).flatMap(({ name, types = [] }) => {
    const path = jsonPath('traits', name);
    return [
      ...(types.includes('String') ? [`positionCaseInsensitiveUTF8(ifNull(${path}.:String, ''), {text:String}) > 0`] : []),
      ...(types.includes('Array(Nullable(String))')
        ? [`arrayExists(item -> positionCaseInsensitiveUTF8(ifNull(item, ''), {text:String}) > 0, ${path}.:\`Array(Nullable(String))\`)`]
        : []),
      ...(isNumber && types.includes('Int64') ? [`ifNull(${path}.:Int64 = {number:Int64}, 0)`] : []),
    ];
  });
  if (tests.length === 0) return [];
  const rows = await clickhouse.query<{ person_id: number }>(
    `SELECT person_id FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 AND (${tests.join(' OR ')})
     ORDER BY person_id DESC LIMIT {limit:UInt32}`,
    { projectId, text, limit, ...(isNumber && { number: text }) },
    { maxSeconds: 10 },
  );
  return rows.map((row) => row.person_id);
}
