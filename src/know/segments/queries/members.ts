import type { Canonical } from '../../../collect/identity/index.ts';
import type { CompiledAudience } from '../../audiences/index.ts';

/** Which numbers have entered a segment last? Numbers stand as written: people who were merged since may be among them under their old number. */
export function membersAsWritten(projectId: number, segmentId: number, prefix: string): CompiledAudience {
  return {
    sql: `SELECT person_id FROM segment_changes WHERE project_id = {${prefix}_project:UInt32} AND segment_id = {${prefix}_segment:UInt32}
      GROUP BY person_id HAVING argMax(entered, run_id) = 1`,
    parameters: { [`${prefix}_project`]: projectId, [`${prefix}_segment`]: segmentId },
  };
}

/** Who are the members of a segment now, by winners' numbers? */
export function membersNow(projectId: number, segmentId: number, canonical: Canonical, prefix: string): CompiledAudience {
  const written = membersAsWritten(projectId, segmentId, prefix);
  return {
    sql: `SELECT DISTINCT toUInt32(${canonical.person('person_id')}) AS person_id FROM (${written.sql})`,
    parameters: { ...canonical.parameters, ...written.parameters },
  };
}
