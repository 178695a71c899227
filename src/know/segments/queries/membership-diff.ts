import type { Canonical } from '../../../collect/identity/index.ts';
import type { CompiledAudience } from '../../audiences/index.ts';
import { membersAsWritten } from './members.ts';

/** One change of membership, to be written under `person_id`. */
export interface MembershipChange {
  person_id: number;
  entered: number;
  /** The number of the person to whom it happened. */
  person: number;
  /** 1: nothing changed for the person, only the number under which they stand. */
  quiet: number;
}

interface DiffAsked {
  projectId: number;
  segmentId: number;
  canonical: Canonical;
  /** Only these people and whoever is merged into them. */
  persons?: readonly number[];
}

/**
 * Who has to enter and to leave so that the members are the people of `audience`?
 * Somebody who was merged away leaves under the old number; that is quiet when the winner is a member before or after. People who are gone leave quietly.
 */
export function membershipDiff(audience: CompiledAudience, asked: DiffAsked): CompiledAudience {
  const { canonical, persons } = asked;
  const before = membersAsWritten(asked.projectId, asked.segmentId, 'before');
  const parameters = { ...canonical.parameters, ...audience.parameters, ...before.parameters };
  let written = before.sql;
  let existing = 'SELECT groupBitmapState(person_id) FROM people FINAL WHERE project_id = {before_project:UInt32} AND gone = 0';
  if (persons) {
    parameters.diff_persons = canonical.numbersOf(persons);
    written = written.replace('GROUP BY', 'AND person_id IN {diff_persons:Array(UInt32)} GROUP BY');
    existing = `${existing} AND person_id IN {diff_persons:Array(UInt32)}`;
  }
  const person = canonical.person('person_id');
  const sql = `WITH (SELECT groupBitmapState(person_id) FROM (${audience.sql})) AS members_after,
    (SELECT groupBitmapState(person_id) FROM (${written})) AS written_before,
    (SELECT groupBitmapState(toUInt32(${person})) FROM (${written})) AS members_before,
    (${existing}) AS existing
    SELECT person_id, 1 AS entered, person_id AS person, toUInt8(bitmapContains(members_before, person_id)) AS quiet
    FROM (SELECT arrayJoin(bitmapToArray(bitmapAndnot(members_after, written_before))) AS person_id)
    UNION ALL
    SELECT person_id, 0 AS entered, toUInt32(${person}) AS person,
      toUInt8(NOT bitmapContains(existing, person) OR (person != person_id AND (bitmapContains(members_after, person) OR bitmapContains(written_before, person)))) AS quiet
    FROM (SELECT arrayJoin(bitmapToArray(bitmapAndnot(written_before, members_after))) AS person_id)`;
  return { sql, parameters };
}
