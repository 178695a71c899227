import type { Frame, Piece } from '../../../frame.ts';
import type { TopValues } from '../../../queries/breakdown.ts';
import { attemptsSql } from './funnel-attempts.ts';
import { ALL_CODE, type FunnelParts } from './funnel-rows.ts';

/** Attempts of people with `value`, the person's trait as text: as it is now, or as it was at the first step. */
function withValue(frame: Frame, parts: FunnelParts, attempts: Piece): Piece {
  const trait = parts.plan.question.breakdown?.property ?? '';
  if (parts.plan.attribution?.of === 'currentPerson') {
    const path = `traits.\`${trait.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
    return {
      sql: `SELECT attempts.*, people_now.trait_now AS value FROM (${attempts.sql}) AS attempts
  LEFT JOIN (SELECT person_id AS person, CAST(${path}, 'Nullable(String)') AS trait_now FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0) AS people_now
  ON attempts.person = people_now.person`,
      parameters: attempts.parameters,
    };
  }
  // Of merged people the winner's own values stay, as they do in the traits.
  const then = 'arraySort(c -> (c.2, c.3), arrayFilter(c -> c.1 <= times[1], changes))';
  return {
    sql: `SELECT *, if(empty(${then}) OR ${then}[length(${then})].4 IN ('', 'null'), NULL, if(startsWith(${then}[length(${then})].4, '"'), JSONExtractString(${then}[length(${then})].4), ${then}[length(${then})].4)) AS value
  FROM (SELECT attempts.*, changed.changes AS changes FROM (${attempts.sql}) AS attempts
  LEFT JOIN (SELECT toUInt32(${frame.person}) AS person, groupArray((toUnixTimestamp64Milli(at), toUInt8(person_id = ${frame.person}), version, value)) AS changes
    FROM trait_changes WHERE project_id = {projectId:UInt32} AND trait = {funnelTrait:String} GROUP BY person) AS changed
  ON attempts.person = changed.person)`,
    parameters: { ...attempts.parameters, funnelTrait: trait },
  };
}

/** Attempts in the group of everybody and in that of the person's value. */
export function byPerson(frame: Frame, parts: FunnelParts, attempts: Piece, top: TopValues): Piece {
  const valued = withValue(frame, parts, attempts);
  const own = 'if(isNull(value), -1, toInt16(indexOf({topValues:Array(String)}, assumeNotNull(value))))';
  return {
    sql: `SELECT * EXCEPT (value) REPLACE (arrayJoin(CAST([${ALL_CODE}, ${own}], 'Array(Int16)')) AS code) FROM (${valued.sql})`,
    parameters: { ...valued.parameters, topValues: top.values },
  };
}

/** The values of a trait that most people of a funnel have. */
export async function rankPersonValues(frame: Frame, parts: FunnelParts): Promise<TopValues> {
  const { breakdown } = parts.plan.question;
  const limit = breakdown?.limit ?? 0;
  const valued = withValue(frame, parts, attemptsSql(frame, parts));
  const ranked = await frame.rows<{ name: string }>({
    sql: `SELECT assumeNotNull(value) AS name FROM (${valued.sql}) WHERE isNotNull(value) GROUP BY name ORDER BY uniqExact(person) DESC, name LIMIT {valuesMax:UInt32}`,
    parameters: { ...valued.parameters, valuesMax: limit + 1 },
  });
  const values = ranked.map((row) => row.name);
  return { property: breakdown?.property ?? '', values: values.slice(0, limit), truncated: values.length > limit };
}
